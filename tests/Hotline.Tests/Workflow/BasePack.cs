using System.Runtime.CompilerServices;
using Hotline.Workflow;

namespace Hotline.Tests.Workflow;

/// <summary>The pack that ships with the product.</summary>
public static class BasePack
{
    public static readonly string Folder =
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "workflows"));

    private static readonly Lazy<PackLoad> Read = new(() => PackLoader.Load(Folder));

    public static PackLoad Load => Read.Value;

    public static Pack Pack => Load.Pack ?? throw new InvalidOperationException(string.Join("\n", Load.Errors));

    private static string Here([CallerFilePath] string path = "") => path;
}

public class The_base_pack
{
    [Fact]
    public void loads_without_an_error() => BasePack.Load.Errors.Select(error => error.ToString()).ShouldBeEmpty();

    [Fact]
    public void says_how_its_pages_ring_and_tells_whoever_asks()
    {
        var pack = BasePack.Pack;
        (pack.Ringing.SameMoment, pack.Ringing.BeforeChildLeaves).ShouldBe((TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(15)));
        (pack.Ringing.AskProviderAfter, pack.Ringing.AskProviderTimes).ShouldBe((TimeSpan.FromMinutes(5), 6));
        PolicyExport.Json(pack.Machines["page"])["ringing"]!["beforeChildLeaves"]!.ToString().ShouldBe("00:15:00");
        PolicyExport.Json(pack.Machines["case"]).AsObject().ContainsKey("ringing").ShouldBeFalse();
    }

    [Fact]
    public void from_before_it_could_say_so_rings_as_it_did()
    {
        using var pack = new SpoiltPack();
        var page = Path.Combine(pack.Folder, "page.yaml");
        var lines = File.ReadAllLines(page);
        var (from, to) = (Array.IndexOf(lines, "ringing:"), Array.IndexOf(lines, "states:"));
        from.ShouldBeGreaterThan(0);
        File.WriteAllLines(page, [.. lines[..from], .. lines[to..]]);
        PackLoader.Load(pack.Folder).Pack!.Ringing.ShouldBe(RingingRules.Unsaid);
    }

    [Fact]
    public void names_its_content_by_a_version() => BasePack.Pack.Version.ShouldMatch("^[0-9a-f]{12}$");
}

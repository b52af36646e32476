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
    public void names_its_content_by_a_version() => BasePack.Pack.Version.ShouldMatch("^[0-9a-f]{12}$");
}

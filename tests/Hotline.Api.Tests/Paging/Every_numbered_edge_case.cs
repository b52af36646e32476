using System.Globalization;
using System.Text.RegularExpressions;
using Hotline.Api.Tests.Simulator;

namespace Hotline.Api.Tests.Paging;

/// <summary>The list stands in tests/twilio/README.md.</summary>
public sealed partial class Every_numbered_edge_case
{
    [Fact]
    public void is_a_test_over_HTTP_with_its_number_in_its_name()
    {
        var listed = Listed().Matches(File.ReadAllText(Path.Combine(TwilioFiles.Folder(), "README.md"))).Select(m => Number(m.Groups[1].Value)).ToList();
        listed.ShouldBe(Enumerable.Range(1, 54));
        var tested = typeof(Every_numbered_edge_case).Assembly.GetTypes().SelectMany(type => type.GetMethods())
            .Where(method => method.GetCustomAttributes(typeof(FactAttribute), inherit: true).Length > 0)
            .SelectMany(method => Named().Match(method.Name).Groups[1].Captures.Select(c => Number(c.Value))).Distinct().Order().ToList();
        tested.ShouldBe(listed);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^- \*\*(\d+)\*\* ", RegexOptions.Multiline)]
    private static partial Regex Listed();

    [GeneratedRegex(@"^Cases?(?:_(\d+))+_")]
    private static partial Regex Named();
}

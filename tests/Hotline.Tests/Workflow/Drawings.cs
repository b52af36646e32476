using System.Text.RegularExpressions;
using Hotline.Workflow;

namespace Hotline.Tests.Workflow;

public partial class The_drawings_in_the_readme
{
    private static readonly string Readme = Path.Combine(BasePack.Folder, "README.md");

    [GeneratedRegex(@"<!-- drawn: (\w+) -->\n.*?<!-- end -->", RegexOptions.Singleline)]
    private static partial Regex Drawn { get; }

    /// <summary>With HOTLINE_DRAW=1 it draws them anew instead of complaining.</summary>
    [Fact]
    public void are_those_of_the_pack()
    {
        var stands = File.ReadAllText(Readme).ReplaceLineEndings("\n");
        var drawn = Drawn.Replace(stands, match =>
            $"<!-- drawn: {match.Groups[1].Value} -->\n```mermaid\n{PolicyExport.Mermaid(BasePack.Pack.Machines[match.Groups[1].Value])}```\n<!-- end -->");
        Drawn.Matches(stands).Select(match => match.Groups[1].Value).Order().ShouldBe(BasePack.Pack.Machines.Keys.Order());
        if (Environment.GetEnvironmentVariable("HOTLINE_DRAW") == "1") File.WriteAllText(Readme, drawn);
        else (stands == drawn).ShouldBeTrue("workflows/README.md is stale: run this test with HOTLINE_DRAW=1");
    }
}

public class The_policy_command
{
    private static (int Exit, string Output, string Error) Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        return (PolicyCommand.Run(args, output, error), output.ToString(), error.ToString());
    }

    [Fact]
    public void finds_the_base_pack_sound()
    {
        var (exit, output, error) = Run("check", BasePack.Folder);
        (exit, error).ShouldBe((0, ""));
        output.ShouldContain(BasePack.Pack.Version);
    }

    [Fact]
    public void names_file_line_column_fault_and_remedy()
    {
        using var pack = new SpoiltPack();
        var (line, column) = pack.Replace("case.yaml", "guards: [report-received]", "guards: [▼report-recieved]")!.Value;
        var (exit, _, error) = Run("check", pack.Folder);
        exit.ShouldBe(1);
        error.ShouldContain($"case.yaml:{line}:{column}: unknown guard 'report-recieved' -> did you mean 'report-received'?");
    }

    [Theory]
    [InlineData("mermaid", "stateDiagram-v2"), InlineData("xstate", "\"type\": \"final\""), InlineData("json", "\"trigger\": \"Accept\"")]
    public void shows_a_procedure(string format, string within)
    {
        var (exit, output, _) = Run("show", "report", "--format", format, "--dir", BasePack.Folder);
        exit.ShouldBe(0);
        output.ShouldContain(within);
    }

    [Theory]
    [InlineData(2), InlineData(2, "check"), InlineData(2, "show", "case", "--format", "svg"), InlineData(2, "show", "case", "--format")]
    [InlineData(1, "check", "no-such-folder"), InlineData(2, "draw", "case"), InlineData(2, "check", "--help")]
    public void says_how_to_call_it(int exit, params string[] args)
    {
        var run = Run(args);
        run.Exit.ShouldBe(exit);
        run.Error.ShouldNotBeEmpty();
    }

    [Fact]
    public void does_not_know_every_name()
    {
        var run = Run("show", "cases", "--dir", BasePack.Folder);
        run.Exit.ShouldBe(1);
        run.Error.ShouldContain(string.Join(", ", BasePack.Pack.Machines.Keys.Order(StringComparer.Ordinal)));
    }
}

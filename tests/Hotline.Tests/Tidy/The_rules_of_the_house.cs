namespace Hotline.Tests.Tidy;

/// <summary>A rule that cannot fail guards nothing: each is shown what it is there to find.</summary>
public sealed class The_rules_of_the_house
{
    private static SourceFile File(string path, string text) => new(path, text);

    [Fact]
    public void see_a_function_that_is_too_long()
    {
        var body = string.Concat(Enumerable.Repeat("        x++; // { \"\n", 69));
        var text = $$"""
            namespace N;
            public sealed record R(int A)
            {
                public static readonly int[] Table = [1, 2];
                [Obsolete("({")]
                public async Task<(int, string)> Long<T>(int x = 1, char c = '{') where T : class
                {
            {{body}}    }
                public int Short(string s) => s switch
                {
                    "}" => 1,
                    _ => 2,
                };
            }
            """;
        var complaint = Rules.LongFunctions(File("src/Hotline/Cases/R.cs", text)).ShouldHaveSingleItem();
        complaint.ShouldContain("Long has 7");
        Functions.In(text).Select(f => (f.Name, f.Lines)).ShouldBe([("Long", 72), ("Short", 5)]);
    }

    [Theory]
    [InlineData("public static IResult Get() => Answer(\n1,\n2);", "Get", 3)]
    [InlineData("protected R(int a)\n    : base(a)\n{\n    A = a;\n}", "R", 5)]
    [InlineData("public static bool operator ==(R a, R b) { return true; }", null, 0)]
    [InlineData("private readonly Lazy<string> x = new(() => Make(\n1));", null, 0)]
    [InlineData("public string P { get; init; } = Make(1);", null, 0)]
    public void tell_functions_from_fields(string member, string? name, int lines)
    {
        var found = Functions.In($"class C\n{{\n{member}\n}}").ToList();
        if (name is null) found.Where(f => f.Lines > 1).ShouldBeEmpty();
        else found.ShouldHaveSingleItem().ShouldBe(new Functions.Found(name, 3, lines));
    }

    [Theory]
    [InlineData("src/Hotline.Store/A.cs", "using Hotline.Cases;", true)]
    [InlineData("src/Hotline.Store/A.cs", "using Hotline.Store.Embedded;", false)]
    [InlineData("src/Hotline.Workflow/A.cs", "using Hotline.Store;", true)]
    [InlineData("src/Hotline.Simulator/A.cs", "using Hotline.Telephony;", true)]
    [InlineData("src/Hotline/Intake/A.cs", "using Hotline.Telephony;", true)]
    [InlineData("src/Hotline/Intake/A.cs", "var x = Hotline.Telephony.Texts.Of();", true)]
    [InlineData("src/Hotline/Intake/A.cs", "using Hotline.Cases;\nusing Hotline.Store;", false)]
    [InlineData("src/Hotline/Cases/A.cs", "using Hotline.Intake;", true)]
    [InlineData("src/Hotline/Http/A.cs", "using Hotline.Cases;", true)]
    [InlineData("src/Hotline/Program.cs", "using Hotline.Intake;", false)]
    [InlineData("src/Hotline/Intake/A.cs", "// Hotline.Telephony reads it.", false)]
    public void see_who_leans_the_wrong_way(string path, string text, bool wrong) =>
        Rules.WrongWay(File(path, text)).Any().ShouldBe(wrong);

    [Theory]
    [InlineData("src/Hotline/Intake/A.cs", "new TwilioClient()", true)]
    [InlineData("src/Hotline/Intake/A.cs", "// as Twilio says", false)]
    [InlineData("src/Hotline/Telephony/A.cs", "new TwilioClient()", false)]
    public void see_Twilio_outside_its_room(string path, string text, bool wrong) =>
        Rules.TwilioOutsideTelephony(File(path, text)).Any().ShouldBe(wrong);

    [Theory]
    [InlineData("src/Hotline/Dashboards/A.cs", "\"insert into hotline.x\"", true)]
    [InlineData("src/Hotline/Dashboards/A.cs", "await c.BeginTransactionAsync(cancel)", true)]
    [InlineData("src/Hotline/Dashboards/A.cs", "\"select 1\"", false)]
    [InlineData("src/Hotline/Security/A.cs", "\"insert into hotline.x\"", false)]
    public void see_a_write_past_the_store(string path, string text, bool wrong) =>
        Rules.WritesPastTheStore(File(path, text)).Any().ShouldBe(wrong);

    [Fact]
    public void see_loose_ends_foreign_paths_and_addresses()
    {
        Rules.LooseEnds(File("a.cs", "// TO" + "DO later")).ShouldNotBeEmpty();
        Rules.LooseEnds(File("a.cs", "// TO" + "DO #12 later")).ShouldBeEmpty();
        Rules.MachinePaths(File("a.md", "see /ho" + "me/ling/notes")).ShouldNotBeEmpty();
        Rules.MachinePaths(File("a.md", "see $HOME/notes and /api/ho" + "me/x")).ShouldBeEmpty();
        Rules.RegistryAddresses(File("package-lock.json", "\"https://regis" + "try.example.com/x.tgz\"")).ShouldNotBeEmpty();
        Rules.WordlessProblems(File("a.cs", "new Problem(409, \"never-written\")")).ShouldNotBeEmpty();
        Rules.WordlessProblems(File("a.cs", "new Problem(404, \"not-found\")")).ShouldBeEmpty();
    }
}

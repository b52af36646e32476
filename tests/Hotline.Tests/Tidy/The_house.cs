namespace Hotline.Tests.Tidy;

public sealed class The_house
{
    private static readonly SourceFile[] Everything =
    [
        .. SourceFile.Under("src", "tests", "ops", "workflows", ".ci"),
        .. Directory.EnumerateFiles(SourceFile.Root).Where(f => !f.EndsWith(".git", StringComparison.Ordinal))
            .Select(f => new SourceFile(Path.GetFileName(f), File.ReadAllText(f))),
    ];

    private static readonly SourceFile[] Code = [.. Everything.Where(f => f.Path.EndsWith(".cs", StringComparison.Ordinal))];

    private static readonly SourceFile[] Ours = [.. Everything.Where(f => !f.Path.EndsWith("package-lock.json", StringComparison.Ordinal))];

    [Fact]
    public void has_no_function_longer_than_the_wall() => Code.SelectMany(Rules.LongFunctions).ShouldBeEmpty();

    [Fact]
    public void depends_one_way() => Code.SelectMany(Rules.WrongWay).ShouldBeEmpty();

    [Fact]
    public void speaks_to_Twilio_in_one_room() => Code.SelectMany(Rules.TwilioOutsideTelephony).ShouldBeEmpty();

    [Fact]
    public void writes_through_the_store_alone() => Code.SelectMany(Rules.WritesPastTheStore).ShouldBeEmpty();

    [Fact]
    public void leaves_no_end_loose() => Ours.SelectMany(Rules.LooseEnds).ShouldBeEmpty();

    [Fact]
    public void names_no_machine_of_its_makers() => Everything.SelectMany(Rules.MachinePaths).ShouldBeEmpty();

    [Fact]
    public void names_no_registry() => Everything.SelectMany(Rules.RegistryAddresses).ShouldBeEmpty();

    [Fact]
    public void has_words_in_both_languages_for_every_refusal() =>
        Code.Where(f => f.Path.StartsWith("src/Hotline/", StringComparison.Ordinal)).SelectMany(Rules.WordlessProblems).ShouldBeEmpty();

    [Fact]
    public void shows_these_entries_at_its_door_and_no_other()
    {
        string[] needed =
        [
            "src", "tests", "workflows", "ops", "Hotline.sln", "README.md", "Directory.Build.props", "Directory.Packages.props",
            "global.json", ".editorconfig", ".gitignore", ".ci", "LICENSE", "CHANGELOG.md", "BannedSymbols.txt",
        ];
        Directory.EnumerateFileSystemEntries(SourceFile.Root).Select(entry => Path.GetFileName(entry)!)
            .Where(entry => !SourceFile.IsMade(entry))
            .ShouldBe(needed, ignoreOrder: true);
    }

    [Fact]
    public void lets_its_commands_be_run()
    {
        if (OperatingSystem.IsWindows()) return;
        foreach (var command in new[] { "ops/run", "ops/test", ".ci/run" })
        {
            File.GetUnixFileMode(Path.Combine(SourceFile.Root, command)).HasFlag(UnixFileMode.UserExecute | UnixFileMode.OtherExecute)
                .ShouldBeTrue(command);
        }
    }
}

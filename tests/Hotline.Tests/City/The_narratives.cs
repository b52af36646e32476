using System.Text.Json;
using System.Text.RegularExpressions;
using Hotline.Cases;
using Hotline.Intake;
using Hotline.Security;
using Hotline.Simulator.City;
using Hotline.Tests.Cases;

namespace Hotline.Tests.City;

public sealed partial class The_narratives(ITestOutputHelper output)
{
    private static readonly IReadOnlyList<Narrative> Stories = Narrative.All();

    public static IEnumerable<TheoryDataRow<string>> Ids => Stories.Select(story => new TheoryDataRow<string>(story.Id));

    [Fact]
    public void are_forty_or_more_and_play_every_sub_process_and_every_ending()
    {
        Stories.Count.ShouldBeGreaterThanOrEqualTo(40);
        Stories.Select(story => story.Id).ShouldBeUnique();
        string.Concat(Stories.SelectMany(story => story.Process).Distinct().Order()).ShouldBe("abcdefghijklmnopqrst");
        Stories.Select(story => story.Ending).Distinct().Count().ShouldBe(Enum.GetValues<Ending>().Length);
        Stories.Select(story => story.Triage).Distinct().Order().ShouldBe(["T1", "T2", "T3", "T4"]);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void are_written_in_words_that_the_hotline_knows(string id)
    {
        var story = Stories.Single(one => one.Id == id);
        var form = Read(story);
        form.Aside.ShouldBeEmpty();
        form.SituationText.ShouldNotBeNull().ShouldMatch("[\\u4e00-\\u9fff]");
        (story.Account == Narrative.Public || DemoAccounts.People.Any(person => person.User == story.Account)).ShouldBeTrue();
        if (story.Follows is { } first) Stories.TakeWhile(one => one.Id != id).ShouldContain(one => one.Id == first);
        (story.Follows is not null).ShouldBe(story.Ending is Ending.Merged or Ending.MergedCase);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void name_nobody_s_telephone(string id)
    {
        var phone = (string?)Stories.Single(one => one.Id == id).Body["reporter"]?["phone"];
        if (phone is not null) Fictional().IsMatch(phone).ShouldBeTrue(phone);
    }

    [Fact]
    public void get_levels_that_the_experts_can_live_with()
    {
        var table = new TriageTable([.. Stories.Select(Triaged)]);
        output.WriteLine(table.ToString());
        table.Under.ShouldBeLessThanOrEqualTo(TriageTable.UnderMax);
        table.Over.ShouldBeLessThanOrEqualTo(TriageTable.OverMax);
    }

    private static ReportForm Read(Narrative story)
    {
        using var body = JsonDocument.Parse(story.Report(CaseWorld.Morning).ToJsonString());
        return ReportReader.Read(body.RootElement, CaseWorld.Morning);
    }

    private static TriageRow Triaged(Narrative story)
    {
        var form = Read(story);
        var young = form.Children.Length == 0 || form.Children.Any(child => child.AgeEstimate is null or < 16);
        var result = Triaging.Of(new(form.Danger, form.Grounds, form.Category, young), CaseWorld.Pack.Triage);
        return new(story, result.Level, string.Join(", ", result.Why));
    }

    /// <summary>Numbers that no carrier gives to anybody: 555-01xx.</summary>
    [GeneratedRegex(@"^\+141555501\d\d$")]
    private static partial Regex Fictional();
}

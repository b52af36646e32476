using Hotline.Cases;
using Hotline.Paging;
using Hotline.Telephony;
using Hotline.Workflow;

namespace Hotline.Tests.Paging;

/// <summary>The matter is made up: it rings the hotline's own people up to the city, and nobody outside.</summary>
public sealed class A_page_of_an_exercise
{
    private static readonly Escalation Plan = new("plan", new("", ""),
        [
            new(TimeSpan.Zero, "PoliceLiaison", "own", ["sms"]), new(TimeSpan.FromMinutes(1), "DutyOfficer", "own", ["sms"]),
            new(TimeSpan.FromMinutes(2), "CitySupervisor", "city", ["sms"]), new(TimeSpan.FromMinutes(3), "CitySupervisor", "province", ["sms"]),
        ],
        TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), new("test", Mark.Design));

    private static PageStarted Started(bool exercise, Guid? person = null) => Pages.Start(
        new(null, null, null, "T2", "440199", Plan, PageNeed.ClockBreached, exercise) { Person = person }).OfType<PageStarted>().Single();

    [Fact]
    public void rings_neither_the_police_nor_the_province()
    {
        Started(exercise: true).Steps.Select(s => (s.Role, s.Level)).ShouldBe([("DutyOfficer", "own"), ("CitySupervisor", "city")]);
        Started(exercise: false).Steps.Length.ShouldBe(4);
        // A drill tries whoever is on the lists, the liaison too.
        Started(exercise: true, Guid.NewGuid()).Steps.Length.ShouldBe(4);
    }

    [Fact]
    public void has_turns_of_its_own()
    {
        PageAttempt attempt = new(Guid.NewGuid(), 1, "DutyOfficer", "sms", Guid.NewGuid(), "K7QF3", 1, 60, DateTimeOffset.UnixEpoch);
        Bundles.Lane(new PageFile { Id = Guid.NewGuid(), Started = Started(exercise: true) }, attempt).ShouldBe("sms-exercise");
        Bundles.Lane(new PageFile { Id = Guid.NewGuid(), Started = Started(exercise: false) }, attempt).ShouldBe("sms");
    }

    [Fact]
    public void says_so_in_every_voice()
    {
        Texts.Said("K7QF3", "T1", PageNeed.NewReport, 1, exercise: true).ShouldContain("演练");
        Texts.Said("K7QF3", "T1", PageNeed.NewReport, 1).ShouldNotContain("演练");
        Texts.Taken("K7QF3", exercise: true).ShouldStartWith("演练");
        Texts.Which([(1, true), (2, false)]).ShouldContain("2a、1a（演练）");
    }
}

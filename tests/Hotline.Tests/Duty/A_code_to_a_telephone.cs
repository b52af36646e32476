using Hotline.Cases;
using Hotline.Duty;
using Hotline.Store;
using Hotline.Workflow;
using static Hotline.Tests.Duty.DutyWorld;

namespace Hotline.Tests.Duty;

public sealed class A_code_to_a_telephone
{
    private static readonly StaffKind Staff = new();
    private static readonly CodeRules Rules = new(TimeSpan.FromMinutes(10), 3, 2);
    private static readonly Actor By = new(Ling, "ling", "DutyOfficer");
    private static readonly Contact Phone = new(Ling, "ling", "DutyOfficer", "440199", Guid.NewGuid(), [1], null, null);
    private static readonly DateTimeOffset Now = SaturdayNineInChina;

    private static StaffFile After(StaffFile staff, Decision decision, DateTimeOffset at) =>
        decision.ShouldBeOfType<Decision.Accepted>().Writings.Single().Events.Aggregate(staff, (file, e) => file.Evolve(new Recorded(e, file.Version + 1, at)));

    private static StaffFile Sent(StaffFile? staff = null, DateTimeOffset? at = null)
    {
        var before = staff ?? new StaffFile { Person = Ling };
        return After(before, Verifying.Send(Staff, before, Phone, Rules, Guid.NewGuid(), Guid.NewGuid(), By, at ?? Now), at ?? Now);
    }

    private static Decision Try(StaffFile staff, bool right, DateTimeOffset? at = null, Contact? phone = null) =>
        Verifying.Confirm(Staff, staff, phone ?? Phone, Rules, _ => right, By, at ?? Now);

    [Fact]
    public void verifies_it_once()
    {
        var verified = After(Sent(), Try(Sent(), right: true), Now);
        (verified.VerifiedNumber, verified.Challenge).ShouldBe((Phone.NumberValue, null));
        Try(verified, right: true).Refused().ShouldBe("code-expired");
    }

    [Fact]
    public void holds_for_its_minutes_its_tries_and_its_number()
    {
        var sent = Sent();
        Try(sent, right: true, Now + Rules.ValidFor).Refused().ShouldBe("code-expired");
        Try(sent, right: true, phone: Phone with { NumberValue = Guid.NewGuid() }).Refused().ShouldBe("code-expired");
        for (var tries = 0; tries < Rules.TriesMax; tries++) sent = After(sent, Try(sent, right: false), Now);
        Try(sent, right: true).Refused().ShouldBe("code-expired");
    }

    [Fact]
    public void is_sent_only_so_often_an_hour_and_never_where_texts_are_off()
    {
        var twice = Sent(Sent(), Now.AddMinutes(5));
        Verifying.Send(Staff, twice, Phone, Rules, Guid.NewGuid(), Guid.NewGuid(), By, Now.AddMinutes(59)).Refused().ShouldBe("codes-too-many");
        Sent(twice, Now.AddMinutes(61)).Codes.Length.ShouldBe(2);
        Verifying.Send(Staff, Sent(), Phone with { SmsOff = "opted-out" }, Rules, Guid.NewGuid(), Guid.NewGuid(), By, Now).Refused().ShouldBe("channel-is-off");
    }
}

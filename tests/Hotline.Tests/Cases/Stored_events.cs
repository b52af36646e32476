using Hotline.Cases;
using Hotline.Store;

namespace Hotline.Tests.Cases;

public sealed class Stored_events
{
    private static StoredEvent Stored(string type, string data) =>
        new(7, Guid.NewGuid(), Guid.NewGuid(), "case", 3, type, data, new DateTimeOffset(2026, 11, 21, 9, 0, 0, TimeSpan.Zero), null, null, null);

    [Fact]
    public void a_step_keeps_the_name_its_pack_gave_it()
    {
        var step = new StepTaken { Event = "child_seen", Machine = "case", Trigger = "RecordChildSeen", From = "Triage", To = "Triage", By = new(Guid.NewGuid(), "county", "CountyOfficer") };
        var written = Codec.Write(Guid.NewGuid(), step);
        written.Type.ShouldBe("child_seen");
        Codec.Read(Stored(written.Type, written.Data)).What.ShouldBeOfType<StepTaken>().ShouldSatisfyAllConditions(
            s => s.Event.ShouldBe("child_seen"), s => s.Trigger.ShouldBe("RecordChildSeen"), s => s.By.Name.ShouldBe("county"));
    }

    /// <summary>JSON as an earlier release wrote it: optional fields are missing, and it still reads.</summary>
    [Fact]
    public void an_old_step_without_optional_fields_still_reads() =>
        Codec.Read(Stored("emergency_declared", """{"machine":"case","trigger":"DeclareEmergency","from":"Triage","to":"EmergencyResponse","by":{"id":"01a20000-0000-7000-8000-000000000001","name":"duty","role":"DutyOfficer"}}"""))
            .What.ShouldBeOfType<StepTaken>().Facts.ShouldBeEmpty();

    [Theory]
    [InlineData("somebody_elses", """{"x":1}"""), InlineData("clock_started", "[]"), InlineData("step", """{"trigger":5}""")]
    public void what_a_foreign_writer_wrote_takes_its_place_and_changes_nothing(string type, string data)
    {
        var read = Codec.Read(Stored(type, data));
        read.What.ShouldBeOfType<Foreign>();
        var file = CaseFile.Empty(Guid.NewGuid(), "case") with { State = "Triage", Version = 2 };
        file.Evolve(read).ShouldSatisfyAllConditions(f => f.State.ShouldBe("Triage"), f => f.Version.ShouldBe(3));
    }
}

using System.Collections.Immutable;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Hotline.Calls;
using Hotline.Cases;
using Hotline.Store;
using Hotline.Telephony;
using Hotline.Tests.Cases;

namespace Hotline.Tests.Calls;

public sealed class What_a_telephone_did
{
    private static readonly DateTimeOffset Morning = CaseWorld.Morning;
    private static readonly StreamKind Kind = new CallKind(new PolicyBook(CaseWorld.Pack));
    private static readonly SealedRef Number = new(Guid.NewGuid(), "commitment");

    private static CaseFile Hear(IEnumerable<string> events, bool withheld = false, bool repeat = false)
    {
        var file = CaseFile.Empty(Guid.NewGuid(), CallFacts.Kind);
        foreach (var (what, n) in events.Select((e, n) => (e, n)))
        {
            var at = Morning.AddSeconds(n);
            var opening = new CallReceived
            {
                Number = "C-1", Reference = "1", Division = "440199", Caller = withheld ? null : Number, Earlier = repeat ? [Guid.NewGuid()] : [], PackVersion = CaseWorld.Pack.Version,
            };
            var decided = Hearing.Decide(Kind, file, new Told(new TelephoneEvent("1", what), file.Call is null ? opening : null, null, null), CaseWorld.Pack, at);
            if (decided is Decision.Accepted yes) file = Stepping.Fold(file, yes.Writings.Single().Events, at);
        }
        return file;
    }

    [Theory]
    [InlineData("ringing", "Ringing", "call-answer"), InlineData("ringing held", "Waiting", "call-answer"), InlineData("ringing answered", "Answered", "")]
    [InlineData("ringing answered ended", "OutcomeOwed", "call-outcome"), InlineData("ringing ended", "CallBackOwed", "call-return")]
    [InlineData("ringing held dropped", "CallBackOwed", "call-return"), InlineData("answered held dropped", "CallBackOwed", "call-return")]
    [InlineData("dropped", "CallBackOwed", "call-return"), InlineData("ringing ended answered", "CallBackOwed", "call-return")]
    [InlineData("ringing held resumed ended", "OutcomeOwed", "call-outcome")]
    public void moves_the_call_and_its_clocks(string events, string state, string clocks)
    {
        var file = Hear(events.Split(' '));
        file.State.ShouldBe(state);
        string.Join(' ', file.Clocks.Values.Where(c => c.IsOpen).Select(c => c.Code)).ShouldBe(clocks);
    }

    [Fact]
    public void to_a_caller_who_withheld_the_number_leaves_a_trace_and_a_clock_of_its_own()
    {
        var file = Hear(["ringing", "dropped"], withheld: true);
        file.State.ShouldBe("Untraceable");
        file.Clocks["call-review"].IsOpen.ShouldBeTrue();
    }

    /// <summary>Whatever order they come in and however often, no call ends without somebody owing something for it.</summary>
    [Fact]
    public void in_any_order_and_repeated_leaves_something_owed_with_a_clock() =>
        Prop.ForAll(ArbMap.Default.ArbFor<Guid>().Generator.SelectMany(_ => Gen.Elements<string>(TelephoneEvent.Known).ListOf()).ToArbitrary(), events =>
        {
            var file = Hear(events);
            if (events.Count == 0) return file.Version == 0;
            var trace = file.Call!.Heard.Count == events.Distinct().Count();
            var over = events.Contains("ended") || events.Contains("dropped");
            var owes = file.State is "CallBackOwed" or "OutcomeOwed" && file.Clocks.Values.Any(c => c.IsOpen);
            return trace && (!over || owes) && (over || file.State is "Ringing" or "Waiting" or "Answered");
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("anonymous"), InlineData("Restricted"), InlineData("unavailable"), InlineData("+266696687"), InlineData("+7378742883"), InlineData("")]
    [InlineData(null), InlineData("sip:anonymous@anonymous.invalid"), InlineData("Unknown"), InlineData("+86282452253")]
    public void by_a_withheld_number_has_no_number(string? from) => CallerId.Read(from).ShouldBeNull();

    [Theory]
    [InlineData("+14155550199", "+14155550199"), InlineData("sip:+14155550199@trunk.example;user=phone", "+14155550199")]
    public void by_a_number_has_it(string from, string number) => CallerId.Read(from)!.Value.E164.ShouldBe(number);

    [Theory]
    [InlineData("""{"event":"ringing"}""", "callId"), InlineData("""{"callId":"1","event":"sneezed"}""", "event"), InlineData("""{"callId":"1","event":"ringing","at":"soon"}""", "at")]
    [InlineData("""{"callId":"1","event":"recording"}""", "recording.reference"), InlineData("""{"callId":7,"event":"ringing"}""", "callId"), InlineData("[]", "")]
    public void badly_told_names_the_field(string body, string field)
    {
        using var json = JsonDocument.Parse(body);
        var (read, errors) = TelephoneEvent.Read(json.RootElement);
        read.ShouldBeNull();
        errors.ShouldContain(e => e.Field == field);
    }

    [Theory]
    [InlineData(true, "", false), InlineData(true, "安全评估 2026-7", true), InlineData(false, "", true)]
    public void elsewhere_is_called_back_through_a_foreign_gateway_only_on_a_legal_basis(bool elsewhere, string basis, bool may)
    {
        var call = new CallReceived { Number = "C-1", Reference = "1", Division = "440199", Centre = elsewhere ? Guid.NewGuid() : null, PackVersion = "" };
        CallingBack.MayDial(call, new()
        {
            BaseUrl = TwilioSettings.RealService, AccountSid = "", AuthToken = "", From = "", PublicUrl = new("https://hotline.example.org"), LegalBasis = basis,
        }).ShouldBe(may);
    }
}

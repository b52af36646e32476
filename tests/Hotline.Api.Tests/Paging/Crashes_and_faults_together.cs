using System.Globalization;
using System.Net.Http.Json;
using Hotline.Cases;
using Hotline.Duty;
using Hotline.Paging;
using Hotline.Store;
using Hotline.Telephony;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Hotline.Api.Tests.Paging;

/// <summary>Every way a process dies with every way a gateway fails, on every channel: a county of people who each have one page,
/// a node that dies on all of them, and a fresh one on the same database.</summary>
public sealed class Crashes_and_faults_together(ITestOutputHelper output)
{
    private static readonly string[] Faults = ["200", "429", "500-before", "500-after", "cut-after", "hang-after", "html"];
    private static readonly string[] Ways = ["sms", "call", "template"];
    private static readonly bool Long = Environment.GetEnvironmentVariable("HOTLINE_TEST_LONG") == "1";

    /// <summary>Each pair of two is there in the short form; all of three in the long one.</summary>
    private static readonly List<(CrashPoint Crash, string Fault, string Way)> All =
    [
        .. from crash in Enum.GetValues<CrashPoint>() from fault in Faults from way in Ways
           where Long || Array.IndexOf(Ways, way) == ((int)crash + Array.IndexOf(Faults, fault)) % Ways.Length
           select (crash, fault, way),
    ];

    private sealed record Case(int Number, CrashPoint Crash, string Fault, string Way, Guid Page)
    {
        public string Phone => (Way == "template" ? "+8610000001" : "+1415555") + Number.ToString(Way == "template" ? "000" : "2000", CultureInfo.InvariantCulture);
        public string Division => (550000 + Number).ToString(CultureInfo.InvariantCulture);
        public override string ToString() => $"{Crash} × {Way} × {Fault}";
    }

    [Fact]
    public async Task leave_every_page_answered_or_ringing_and_doubles_only_where_the_outcome_was_unknown()
    {
        var deaths = new Deaths();
        await using var world = await PagingWorld.Start(templates: true, mortal: deaths, patience: TimeSpan.FromSeconds(3));
        var cases = All.Select((c, i) => new Case(i, c.Crash, c.Fault, c.Way, Guid.CreateVersion7())).ToList();
        foreach (var one in cases) await Prepare(world, one);
        foreach (var one in cases)
        {
            deaths.Plan(one.Page, one.Crash);
            await world.Begin(one.Page, one.Division);
        }
        await Each(cases, async one => deaths.IsDead(one.Page)
            || (one.Crash == CrashPoint.DuringEscalation && (await world.Load(one.Page)).Attempts.Any(a => a.IsSettled)), "meets its end, or waits to climb");
        await world.Advance(PagingWorld.FirstCall);
        await Each(cases, one => Task.FromResult(deaths.IsDead(one.Page)), "meets its end");

        foreach (var one in cases.Where(c => c.Way == "call")) await world.Switch(one.Phone, new { autoAnswer = true, autoKey = "1" });
        await world.Resurrect();
        await Each(cases, async one => (await world.Load(one.Page)).Attempts.Any(a => a.SentAt is not null), "is carried by the next node");
        await Each([.. cases.Where(c => c.Way != "call")], async one => (await world.Texts(one.Phone)).Count > 0, "arrives");
        var replying = new List<Case>();
        foreach (var one in cases.Where(c => c.Way != "call" && c.Number % 5 != 0))
        {
            // A text from abroad cannot be answered in the mainland: those go on ringing.
            if (!(await world.Phone(one.Phone)).GetProperty("canReply").GetBoolean()) continue;
            replying.Add(one);
            await world.Reply(one.Phone, "1a");
        }
        await Each(replying, async one => (await world.Load(one.Page)).State == PageFile.Acknowledged, "is answered");
        for (var minutes = 0; minutes < 3; minutes++) await world.Advance(TimeSpan.FromMinutes(1));
        await Each([.. cases.Where(c => c.Way == "call")], async one => (await world.Load(one.Page)).State == PageFile.Acknowledged, "is answered by a key");
        await Check(world, cases);
    }

    private static async Task Each(IReadOnlyCollection<Case> cases, Func<Case, Task<bool>> holds, string what)
    {
        List<Case> left = [.. cases];
        try
        {
            await PagingWorld.Until(async () =>
            {
                foreach (var one in left.ToList())
                    if (await holds(one)) left.Remove(one);
                return left.Count == 0;
            }, what, 90);
        }
        catch (ShouldAssertException)
        {
            throw new ShouldAssertException($"{what}: not {string.Join("; ", left)}");
        }
    }

    private static async Task Prepare(PagingWorld world, Case one)
    {
        (await world.Phones.PostAsJsonAsync("/phones", new { number = one.Phone, ownerZh = "甲", role = "other" })).EnsureSuccessStatusCode();
        var (contacts, writer) = (world.Services.GetRequiredService<Contacts>(), world.Services.GetRequiredService<Writer>());
        var person = Guid.CreateVersion7();
        await contacts.Keep(person, $"person{one.Number}", "DutyOfficer", one.Division, PhoneNumber.Parse(one.Phone)!.Value, world.Clock.Now, default);
        if (one.Way == "call") await contacts.SetSms((await contacts.Of(person, default))!, "opted-out", world.Clock.Now);
        await writer.Write(null, world.Clock.Now, async load =>
        {
            var id = Guid.CreateVersion7();
            var roster = await load.Load<RosterFile>(RosterFile.KindName, id, CancellationToken.None);
            return new Decision.Accepted(Writing.To(load.Kind(RosterFile.KindName), id, roster,
                new RosterSet(one.Division, "DutyOfficer", "Asia/Shanghai", [new Shift(person, [1, 2, 3, 4, 5, 6, 7], TimeOnly.MinValue, TimeOnly.MinValue)], Actor.System)));
        });
        if (one.Fault != "200")
            await world.Phones.PostAsJsonAsync("/control/faults", new
            {
                kind = one.Fault, on = one.Way switch { "sms" => "messages", "call" => "calls", _ => "template" }, method = "POST", to = one.Phone,
                action = one.Way == "template" ? "SendSms" : null,
            });
    }

    private async Task Check(PagingWorld world, List<Case> cases)
    {
        // First the pages, then what was carried: those that ring go on while we look.
        var pages = new Dictionary<Guid, PageFile>();
        foreach (var one in cases) pages[one.Page] = await world.Load(one.Page);
        var texts = (await world.Log("text")).Select(t => t.GetProperty("detail").GetProperty("body").GetString()!).ToList();
        var calls = (await world.Log("call")).Select(t => t.GetProperty("detail").GetProperty("to").GetString()!).ToList();
        (await world.Log("fault")).Count.ShouldBe(cases.Count(c => c.Fault != "200"), "each fault met its request");
        int answered = 0, ringing = 0, doubled = 0;
        foreach (var one in cases)
        {
            var page = pages[one.Page];
            (page.State == PageFile.Acknowledged || page is { IsRinging: true, NextClimbAt: not null }).ShouldBeTrue($"{one}: {page.State}");
            if (page.IsRinging) ringing++;
            else answered++;
            foreach (var attempt in page.Attempts.Where(a => a.Channel == Channels.Sms))
            {
                var arrived = texts.Count(t => t.Contains($"编号{attempt.Reference}。", StringComparison.Ordinal));
                if (arrived > 1) doubled++;
                if (!attempt.MaybeDouble) arrived.ShouldBeLessThanOrEqualTo(1, $"{one}: a double that is not shown");
                if (attempt.SentAt is not null) arrived.ShouldBeGreaterThanOrEqualTo(1, $"{one}: said to have gone out, and did not");
            }
            var (rung, shown) = (calls.Count(to => to == one.Phone), page.Attempts.Where(a => a.Channel == Channels.Call).ToList());
            if (!page.IsRinging) rung.ShouldBeLessThanOrEqualTo(shown.Count + shown.Count(a => a.MaybeDouble), $"{one}: more calls than attempts");
        }
        var unknown = pages.Values.Sum(p => p.Attempts.Count(a => a.MaybeDouble));
        output.WriteLine($"{cases.Count} pages: {answered} answered, {ringing} still ringing; {unknown} requests repeated after an unknown outcome, {doubled} doubles, each of them among those");
        answered.ShouldBeGreaterThan(cases.Count / 2);
    }
}

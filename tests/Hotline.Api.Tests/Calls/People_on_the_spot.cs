using System.Text.Json.Nodes;
using Hotline.Api.Tests.Paging;
using Hotline.Duty;
using Hotline.Security;
using Hotline.Telephony;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.Api.Tests.Calls;

public sealed class People_on_the_spot : IAsyncLifetime
{
    private const string Director = "+14155550111";
    private CallWorld world = null!;

    public async ValueTask InitializeAsync() => world = await CallWorld.Start();

    public async ValueTask DisposeAsync() => await world.DisposeAsync();

    /// <summary>A case of the director's village, and a visit planned with it; answers where each is.</summary>
    private async Task<(string Case, string Visit)> Visit(string lifeThreat = "no")
    {
        await world.Telephones.Services.GetRequiredService<Contacts>().Keep(
            DemoAccounts.AccountId("director"), "director", "ChildDirector", "440199001001", PhoneNumber.Parse(Director)!.Value, world.Telephones.Clock.Now, default);
        var call = await world.Told(Guid.NewGuid().ToString(), "answered", new { from = CallWorld.Public, answeredBy = "duty" });
        var report = (await world.Taken($"/api/calls/{call}", "RecordNewReport", "duty", ("category", "DV"), ("lifeThreat", "yes")))["led"]![0]!["number"]!;
        var path = $"/api/cases/{(await world.Get($"/api/reports/{report}")).Body["cases"]![0]!["id"]}";
        var step = (await world.Get(path)).Body["steps"]!.AsArray().First(s => s!["step"]!.ToString() == "visit.Plan")!;
        var body = step["schema"]!["properties"]!["visitor"]!["oneOf"]!.AsArray().First(o => o!["x-title"]!["en"]!.ToString().Contains("Village"))!["const"]!;
        await world.Taken(path, "Plan", "duty", ("visitor", body.ToString()), ("kind", "SafetyCheck"));
        var visit = (await world.Get("/api/visits?inbox=mine&open=true", "director")).Body["items"]!.AsArray().Single()!["id"];
        return (path, $"/api/visits/{visit}");
    }

    private async Task Says(string text, string answer)
    {
        var before = (await world.Telephones.Texts(Director)).Count;
        await world.Telephones.Reply(Director, text);
        await world.Telephones.UntilText(Director, before + 1);
        (await world.Telephones.Texts(Director))[^1].ShouldContain(answer);
    }

    [Fact]
    public async Task say_by_text_where_they_are_and_a_missed_check_in_pages_until_they_are_heard_of()
    {
        var (_, visit) = await Visit();
        await Says("出发", "已出发");
        await Says("到了", "须两人同行");
        await Says("到了 村医老周", "两人已到达现场");
        var seen = (await world.Get(visit, "director")).Body;
        seen["clocks"]!.AsArray().ShouldContain(c => c!["code"]!.ToString() == "scene-check-in" && c["state"]!.ToString() == "Running");
        seen.ToJsonString().ShouldNotContain("老周", customMessage: "who came along is sealed");
        await world.Telephones.Advance(TimeSpan.FromMinutes(15));
        await Says("平安", "现场平安");
        await world.Telephones.Advance(TimeSpan.FromMinutes(15));
        (await world.Ringing()).ShouldNotContain(p => p["clock"] != null && p["clock"]!.ToString() == "scene-check-in", "heard of in time");
        await world.Telephones.Advance(TimeSpan.FromMinutes(6));
        await PagingWorld.Until(async () => (await world.Ringing()).Any(p => p["clock"]?.ToString() == "scene-check-in"), "nobody has heard of them");
        await Says("见到孩子", "已见到孩子");
        await Says("离开", "已离开");
        (await world.Get(visit, "director")).Body["clocks"]!.AsArray().ShouldNotContain(c => c!["code"]!.ToString() == "scene-check-in" && c["state"]!.ToString() == "Running");
    }

    [Fact]
    public async Task who_call_for_help_ring_the_desk_at_once_by_a_key_too()
    {
        var (_, visit) = await Visit();
        await world.Ring(from: Director);
        await world.Line(Director, call => call["listening"]!.GetValue<bool>(), "hears the menu for staff");
        await world.Telephones.Do(Director, "press", new { digits = "5" });
        await PagingWorld.Until(async () => (await world.Ringing()).Any(p => p["why"]!.ToString() == "help-needed"), "help is called", 30);
        await world.Over(Director);
        (await world.Heard(Director)).ShouldContain("现场需要支援");
        await PagingWorld.Until(async () => (await world.Telephones.Texts(PagingWorld.Duty)).Any(t => t.Contains("现场求助")), "the desk is told");
        var helped = await world.Taken(visit, "HelpArrived", "director");
        helped["clocks"]!.AsArray().ShouldNotContain(c => c!["code"]!.ToString() == "scene-help" && c["state"]!.ToString() != "Met");
    }

    [Fact]
    public async Task do_the_same_at_the_console_and_a_call_to_110_rings_until_its_numbers_stand_there()
    {
        var (path, visit) = await Visit();
        (await world.Get(visit, "director")).Body["steps"]!.AsArray().Where(s => s!["allowed"]!.GetValue<bool>()).Select(s => s!["trigger"]!.ToString())
            .ShouldContain("SetOut");
        await world.Taken(path, "FieldSetOut", "duty");
        var called = await world.Taken(path, "Call110", "duty");
        called["regions"]!["police"]!.ToString().ShouldBe("Sent");
        await world.Telephones.Advance(TimeSpan.FromMinutes(11));
        await PagingWorld.Until(async () => (await world.Ringing()).Any(p => p["clock"]?.ToString() == "record-110"), "the numbers are asked for");
        await world.Taken(path, "Record110", "duty");
        (await world.Get(path)).Body["clocks"]!.AsArray().Single(c => c!["code"]!.ToString() == "record-110")!["state"]!.ToString().ShouldBe("Met");
    }

    [Fact]
    public async Task who_have_nothing_to_do_with_a_matter_are_told_so_and_nonsense_stays_nonsense()
    {
        await world.Telephones.Reply(PagingWorld.Duty, "到了");
        await world.Telephones.UntilText(PagingWorld.Duty);
        (await world.Telephones.Texts(PagingWorld.Duty))[0].ShouldContain("没有找到您名下的");
        await world.Telephones.Reply(PagingWorld.Duty, "吃了吗");
        await world.Telephones.UntilText(PagingWorld.Duty, 2);
        (await world.Telephones.Texts(PagingWorld.Duty))[1].ShouldContain("没有看懂");
    }
}

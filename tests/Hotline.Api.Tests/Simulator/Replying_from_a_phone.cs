using Microsoft.AspNetCore.Http;

namespace Hotline.Api.Tests.Simulator;

public sealed class Replying_from_a_phone
{
    [Fact]
    public async Task a_reply_is_posted_signed_and_what_the_hotline_answers_comes_back_as_a_text()
    {
        await using var world = await OutsideWorld.Start();
        world.Hotline = one => one.Target == "/webhooks/twilio/sms"
            ? Results.Text("<Response><Message>已登记 &amp; 谢谢</Message></Response>", "text/xml") : Results.NoContent();
        await world.Do(OutsideWorld.Duty, "reply", new { text = " １ａ " });
        var posted = await world.Told("Body", " １ａ ");
        posted.Signed(world.Token).ShouldBeTrue();
        posted.Form["From"].ShouldBe(OutsideWorld.Duty);
        posted.Form["MessageSid"]!.ShouldStartWith("SM");
        await OutsideWorld.Until(() => world.Phone(OutsideWorld.Duty),
            phone => phone["texts"]!.AsArray().Any(text => (string?)text!["body"] == "已登记 & 谢谢"));
        (await world.Get($"Messages.json?From={Uri.EscapeDataString(OutsideWorld.Duty)}"))["messages"]!.AsArray()
            .Count.ShouldBe(1);
    }

    [Fact]
    public async Task STOP_blocks_what_follows_until_START()
    {
        await using var world = await OutsideWorld.Start();
        await world.Do(OutsideWorld.Duty, "reply", new { text = "stop " });
        (await world.Told("OptOutType", "STOP")).Form["Body"].ShouldBe("stop ");
        ((int?)(await world.Text(OutsideWorld.Duty, "x")).Body!["code"]).ShouldBe(21610);
        await world.Do(OutsideWorld.Duty, "reply", new { text = "please stop" });
        await world.Do(OutsideWorld.Duty, "reply", new { text = "Start" });
        (await world.Text(OutsideWorld.Duty, "x")).Status.ShouldBe(201);
        (await world.Told("Body", "please stop")).Form["OptOutType"].ShouldBeNull();
    }

    [Fact]
    public async Task a_mainland_number_cannot_reply_and_is_told_why()
    {
        await using var world = await OutsideWorld.Start();
        (await world.Do(OutsideWorld.County, "reply", new { text = "1a" })).ShouldBe(409);
        world.Posted.ShouldBeEmpty();
        (await world.Do("+14155550000", "reply", new { text = "1a" })).ShouldBe(404);
    }

    [Fact]
    public async Task a_webhook_is_repeated_by_the_rule_in_its_fragment_with_one_token()
    {
        await using var world = await OutsideWorld.Start();
        world.Hotline = _ => Results.StatusCode(503);
        await world.Text(OutsideWorld.Duty, "x", ("StatusCallback", world.Callback("/insistent#rc=2&rp=5xx")));
        await world.Text(OutsideWorld.Duty, "x", ("StatusCallback", world.Callback("/once")));
        await OutsideWorld.Until(() => Task.FromResult(world.Posted.Count), count => count >= 8);
        var insistent = world.Posted.Where(one => one.Target == "/insistent").ToArray();
        insistent.Length.ShouldBe(6);
        insistent.Take(3).Select(one => one.Headers["I-Twilio-Idempotency-Token"]).Distinct().Count().ShouldBe(1);
        world.Posted.Count(one => one.Target == "/once").ShouldBe(2);
    }

    [Fact]
    public async Task the_same_reply_can_come_twice_and_the_fallback_takes_what_the_webhook_lost()
    {
        await using var world = await OutsideWorld.Start("--Simulator:SmsFallbackUrl", "http://127.0.0.1:1/nobody");
        await world.Do(OutsideWorld.Duty, "reply", new { text = "1a", copies = 2 });
        world.Posted.Select(one => one.Form["MessageSid"]).Distinct().Count().ShouldBe(1);
        world.Posted.Count.ShouldBe(2);
    }
}

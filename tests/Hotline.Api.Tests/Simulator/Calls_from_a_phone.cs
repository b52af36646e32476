using Microsoft.AspNetCore.Http;

namespace Hotline.Api.Tests.Simulator;

public sealed class Calls_from_a_phone
{
    const string Caller = "+14155550199";

    [Fact]
    public async Task a_caller_hears_the_hotline_and_leaves_a_message()
    {
        await using var world = await OutsideWorld.Start();
        world.Hotline = one => Calls_to_a_phone.Xml(one.Target switch
        {
            "/webhooks/twilio/voice" =>
                "<Response><Say>您好</Say><Record action=\"recorded\" finishOnKey=\"#\"/></Response>",
            "/webhooks/twilio/recorded" => "<Response><Say>谢谢</Say></Response>",
            _ => "<Response/>",
        });
        (await world.Do(Caller, "call")).ShouldBe(201);
        var first = await world.Told("Direction", "inbound");
        (first.Target, first.Form["CallStatus"], first.Form["From"])
            .ShouldBe(("/webhooks/twilio/voice", "ringing", Caller));
        first.Signed(world.Token).ShouldBeTrue();
        await OutsideWorld.Until(() => world.Phone(Caller), phone => (bool?)phone["call"]?["listening"] == true);
        await world.Do(Caller, "press", new { digits = "#" });
        await world.CallIs(first.Form["CallSid"]!, "completed");
        (await world.Told("Digits", "#")).Form["RecordingUrl"].ShouldNotBeNull();
        (await world.Told("CallStatus", "completed")).Target.ShouldBe("/webhooks/twilio/call-status");
    }

    [Fact]
    public async Task a_withheld_number_is_shown_as_none()
    {
        await using var world = await OutsideWorld.Start();
        world.Hotline = _ => Calls_to_a_phone.Xml("<Response><Reject reason=\"busy\"/></Response>");
        await world.Do(Caller, "call", new { shownAs = "anonymous" });
        var seen = await world.Told("From", "anonymous");
        await world.CallIs(seen.Form["CallSid"]!, "busy");
        (await world.Phone(Caller))["call"].ShouldBeNull();
    }

    [Fact]
    public async Task a_caller_who_waits_is_joined_with_whoever_dials_the_queue()
    {
        await using var world = await OutsideWorld.Start();
        world.Hotline = one => Calls_to_a_phone.Xml(one.Target switch
        {
            "/webhooks/twilio/voice" =>
                "<Response><Enqueue action=\"/left\" waitUrl=\"/wait\">hotline</Enqueue></Response>",
            "/wait" => "<Response><Say>请稍候</Say><Pause length=\"20\"/></Response>",
            _ => "<Response/>",
        });
        await world.Do(Caller, "call");
        (await world.Told("QueuePosition", "1")).Form["CurrentQueueSize"].ShouldBe("1");
        var desk = await world.Call(OutsideWorld.Duty,
            "<Dial action=\"" + world.Callback("/dialled") + "\"><Queue>hotline</Queue></Dial>");
        await world.CallIs(desk, "ringing");
        await world.Do(OutsideWorld.Duty, "answer");
        await OutsideWorld.Until(() => world.Phone(Caller), phone => phone["call"] is not null
            && phone["call"]!["queue"] is null);
        await world.Do(Caller, "hangup");
        await world.Told("QueueResult", "bridged");
        (await world.Told("DialCallStatus", "completed")).Target.ShouldBe("/dialled");
        await world.CallIs(desk, "completed");
    }

    [Fact]
    public async Task a_caller_who_hangs_up_in_the_queue_leaves_a_trace()
    {
        await using var world = await OutsideWorld.Start();
        world.Hotline = one => Calls_to_a_phone.Xml(one.Target == "/webhooks/twilio/voice"
            ? "<Response><Enqueue action=\"/left\">hotline</Enqueue></Response>" : "<Response/>");
        await world.Do(Caller, "call");
        await OutsideWorld.Until(() => world.Phone(Caller), phone => (string?)phone["call"]?["queue"] == "hotline");
        await world.Do(Caller, "hangup");
        await world.Told("QueueResult", "hangup");
    }

    [Fact]
    public async Task a_dialled_number_rings_and_its_end_is_told()
    {
        await using var world = await OutsideWorld.Start();
        world.Hotline = one => Calls_to_a_phone.Xml(one.Target == "/webhooks/twilio/voice"
            ? "<Response><Dial action=\"/dialled\" timeout=\"20\"><Number>" + OutsideWorld.Duty + "</Number></Dial></Response>" : "<Response/>");
        await world.Do(Caller, "call");
        await OutsideWorld.Until(() => world.Phone(OutsideWorld.Duty), phone =>
            (string?)phone["call"]?["status"] == "ringing");
        await world.Advance("PT21S");
        await world.Told("DialCallStatus", "no-answer");
    }
}

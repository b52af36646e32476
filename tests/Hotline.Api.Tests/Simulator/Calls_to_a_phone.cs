using Microsoft.AspNetCore.Http;

namespace Hotline.Api.Tests.Simulator;

public sealed class Calls_to_a_phone
{
    const string Ask = "<Gather numDigits=\"1\" timeout=\"30\" action=\"{0}\"><Say>按 1</Say></Gather><Say>再见</Say>";

    [Fact]
    public async Task a_pressed_key_reaches_the_action_and_the_statuses_come_numbered()
    {
        await using var world = await OutsideWorld.Start();
        world.Hotline = one => one.Target.StartsWith("/key", StringComparison.Ordinal)
            ? Xml("<Response><Say>谢谢</Say><Hangup/></Response>") : Results.NoContent();
        var sid = await world.Call(OutsideWorld.Duty, string.Format(null, Ask, world.Callback("/key?page=7")),
            ("StatusCallback", world.Callback("/call-status")), ("StatusCallbackEvent", "initiated"),
            ("StatusCallbackEvent", "ringing"), ("StatusCallbackEvent", "answered"),
                ("StatusCallbackEvent", "completed"));
        await world.CallIs(sid, "ringing");
        (await world.Do(OutsideWorld.Duty, "press", new { digits = "1" })).ShouldBe(409);
        (await world.Do(OutsideWorld.Duty, "answer")).ShouldBe(202);
        await Listening(world);
        (await world.Do(OutsideWorld.Duty, "press", new { digits = "1" })).ShouldBe(202);
        var over = await world.CallIs(sid, "completed");
        ((string?)over["duration"]).ShouldNotBeNull();
        var key = await world.Told("Digits", "1");
        key.Signed(world.Token).ShouldBeTrue();
        key.Target.ShouldBe("/key?page=7");
        await world.Told("SequenceNumber", "3");
        var told = world.Posted.Where(one => one.Target == "/call-status").ToArray();
        told.Select(one => (one.Form["SequenceNumber"], one.Form["CallStatus"]))
            .ShouldBe([("0", "initiated"), ("1", "ringing"), ("2", "in-progress"), ("3", "completed")]);
        told.ShouldAllBe(one => one.Signed(world.Token));
        told[3].Form["CallDuration"].ShouldNotBeNull();
        (await Said(world)).ShouldBe(["按 1", "谢谢"]);
    }

    [Fact]
    public async Task nobody_answers_within_the_time_of_the_moved_clock()
    {
        await using var world = await OutsideWorld.Start();
        var sid = await world.Call(OutsideWorld.Duty, "<Say>x</Say>", ("Timeout", "25"),
            ("StatusCallback", world.Callback("/c")));
        await world.CallIs(sid, "ringing");
        await world.Advance("PT26S");
        await world.CallIs(sid, "no-answer");
        (await world.Told("CallStatus", "no-answer")).Form["CallDuration"].ShouldBe("0");
        (await world.Phone(OutsideWorld.Duty))["call"].ShouldBeNull();
    }

    [Theory]
    [InlineData("off", "failed", "480")]
    [InlineData("noCoverage", "failed", "480")]
    [InlineData("reject", "busy", "486")]
    public async Task a_phone_that_does_not_take_calls_says_how(string name, string status, string sip)
    {
        await using var world = await OutsideWorld.Start();
        await world.Put(OutsideWorld.Duty, "switches", new Dictionary<string, bool> { [name] = true });
        var sid = await world.Call(OutsideWorld.Duty, "<Say>x</Say>", ("StatusCallback", world.Callback("/c")));
        await world.CallIs(sid, status);
        (await world.Told("CallStatus", status)).Form["SipResponseCode"].ShouldBe(sip);
    }

    [Fact]
    public async Task a_phone_in_a_call_is_busy_and_a_declined_one_too()
    {
        await using var world = await OutsideWorld.Start();
        var first = await world.Call(OutsideWorld.Duty, "<Pause length=\"60\"/>");
        await world.CallIs(first, "ringing");
        await world.CallIs(await world.Call(OutsideWorld.Duty, "<Say>x</Say>"), "busy");
        await world.Do(OutsideWorld.Duty, "reject");
        await world.CallIs(first, "busy");
    }

    [Theory]
    [InlineData("completed", "in-progress", "completed")]
    [InlineData("completed", "ringing", "completed")]
    [InlineData("canceled", "ringing", "canceled")]
    public async Task the_API_ends_a_call_and_says_when_it_is_over_already(string update, string during, string status)
    {
        await using var world = await OutsideWorld.Start();
        var sid = await world.Call(OutsideWorld.Duty, "<Pause length=\"60\"/>");
        await world.CallIs(sid, "ringing");
        if (during == "in-progress")
        {
            await world.Do(OutsideWorld.Duty, "answer");
            await world.CallIs(sid, during);
        }
        ((string?)(await world.Post($"Calls/{sid}.json", ("Status", update))).Body!["status"]).ShouldBe(status);
        ((int?)(await world.Post($"Calls/{sid}.json", ("Status", update))).Body!["code"]).ShouldBe(21220);
    }

    [Fact]
    public async Task the_API_redirects_a_running_call()
    {
        await using var world = await OutsideWorld.Start();
        var sid = await world.Call(OutsideWorld.Duty, "<Say>one</Say><Pause length=\"600\"/>");
        await world.CallIs(sid, "ringing");
        await world.Do(OutsideWorld.Duty, "answer");
        await world.CallIs(sid, "in-progress");
        await world.Post($"Calls/{sid}.json", ("Twiml", "<Response><Say>已由他人接警</Say></Response>"));
        await world.CallIs(sid, "completed");
        (await Said(world)).ShouldBe(["one", "已由他人接警"]);
    }

    [Fact]
    public async Task no_key_runs_the_next_verb_and_asks_the_server_only_where_it_wants_to_know()
    {
        await using var world = await OutsideWorld.Start();
        world.Hotline = one => Xml(one.Target == "/key" ? "<Response><Say>asked</Say></Response>" : "<Response/>");
        var gather = "<Gather numDigits=\"1\" timeout=\"5\" action=\"" + world.Callback("/key") + "\"";
        var sid = await world.Call(OutsideWorld.Duty,
            gather + "/><Say>second</Say>" + gather + " actionOnEmptyResult=\"true\"/><Say>never</Say>");
        await world.CallIs(sid, "ringing");
        await world.Do(OutsideWorld.Duty, "answer");
        await Listening(world);
        await world.Advance("PT6S");
        await OutsideWorld.Until(() => world.Phone(OutsideWorld.Duty), phone =>
            phone["call"]?["said"]?.AsArray().Count == 1);
        await Listening(world);
        await world.Advance("PT6S");
        await world.CallIs(sid, "completed");
        (await Said(world)).ShouldBe(["second", "asked"]);
        world.Posted.Count(one => one.Target == "/key").ShouldBe(1);
    }

    [Fact]
    public async Task an_automatic_answer_presses_its_key_and_a_voicemail_presses_none()
    {
        await using var world = await OutsideWorld.Start();
        world.Hotline = _ => Xml("<Response/>");
        await world.Put(OutsideWorld.Duty, "switches", new { autoAnswer = true, autoKey = "5" });
        await world.Put("+14155550102", "switches", new { voicemail = true });
        var sid = await world.Call(OutsideWorld.Duty, string.Format(null, Ask, world.Callback("/key")));
        var machine = await world.Call("+14155550102", string.Format(null, Ask, world.Callback("/never")),
            ("MachineDetection", "Enable"));
        await world.CallIs(machine, "ringing");
        await world.Advance("PT20S");
        await world.CallIs(machine, "in-progress");
        await world.Told("Digits", "5");
        await world.CallIs(sid, "completed");
        await OutsideWorld.Until(() => world.Phone("+14155550102"), phone =>
            (bool?)phone["call"]?["listening"] == true);
        await world.Advance("PT40S");
        ((string?)(await world.CallIs(machine, "completed"))["answered_by"]).ShouldBe("machine_start");
        world.Posted.ShouldAllBe(one => one.Target != "/never");
    }

    [Theory]
    [InlineData("<Response><Shout/></Response>", "text/xml", 200, "12200")]
    [InlineData("<Response", "text/xml", 200, "12100")]
    [InlineData("{}", "application/json", 200, "12300")]
    [InlineData("", "text/xml", 500, "11200")]
    public async Task a_document_that_cannot_be_run_goes_to_the_fallback(string document, string type, int status,
        string code)
    {
        await using var world = await OutsideWorld.Start();
        world.Hotline = one => one.Target == "/bad" ? Results.Text(document, type, statusCode: status)
            : Xml("<Response><Say>still here</Say></Response>");
        var (_, made) = await world.Post("Calls.json", ("To", OutsideWorld.Duty), ("From", OutsideWorld.Ours),
            ("Url", world.Callback("/bad")), ("FallbackUrl", world.Callback("/fallback")));
        var sid = (string)made!["sid"]!;
        await world.CallIs(sid, "ringing");
        await world.Do(OutsideWorld.Duty, "answer");
        await world.CallIs(sid, "completed");
        (await world.Told("ErrorCode", code)).Target.ShouldBe("/fallback");
        (await Said(world)).ShouldBe(["still here"]);
    }

    [Theory]
    [InlineData("+15005550001", 21217)]
    [InlineData("+15005550002", 21214)]
    [InlineData("+15005550003", 21215)]
    [InlineData("+15005550004", 21216)]
    [InlineData(OutsideWorld.County, 21215)]
    public async Task numbers_that_cannot_be_called_are_refused_with_their_code(string to, int code)
    {
        await using var world = await OutsideWorld.Start("--Simulator:ChinaVoice", "off");
        var (_, body) = await world.Post("Calls.json", ("To", to), ("From", OutsideWorld.Ours),
            ("Twiml", "<Response/>"));
        ((int?)body!["code"]).ShouldBe(code);
    }

    internal static IResult Xml(string text) => Results.Text(text, "text/xml");

    internal static Task Listening(OutsideWorld world) =>
        OutsideWorld.Until(() => world.Phone(OutsideWorld.Duty), phone => (bool?)phone["call"]?["listening"] == true);

    static async Task<string[]> Said(OutsideWorld world) =>
        [.. (await world.Phone(OutsideWorld.Duty))["lastCall"]!["said"]!.AsArray().Select(text => (string)text!)];
}

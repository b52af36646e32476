using System.Net;
using System.Text;

namespace Hotline.Api.Tests.Simulator;

public sealed class Sending_texts
{
    [Fact]
    public async Task a_text_arrives_unchanged_and_each_step_is_told_with_a_signature()
    {
        await using var world = await OutsideWorld.Start();
        const string body = "【热线】+ & % \"引号\"\n第二行 😀 回复 1a";
        var (status, made) = await world.Text(OutsideWorld.Duty, body,
            ("StatusCallback", world.Callback("/webhooks/status?attempt=7f#rc=2")));
        status.ShouldBe(201);
        ((string?)made!["status"]).ShouldBe("queued");
        var told = await world.TextStatuses((string)made["sid"]!, 2);
        told.Select(one => one.Form["MessageStatus"]).ShouldBe(["sent", "delivered"]);
        told.ShouldAllBe(one => one.Signed(world.Token) && one.Target == "/webhooks/status?attempt=7f");
        told[1].Form["RawDlrDoneDate"].ShouldNotBeNull();
        var phone = await world.Phone(OutsideWorld.Duty);
        ((string?)phone["texts"]![0]!["body"]).ShouldBe(body);
    }

    [Fact]
    public async Task the_same_request_twice_makes_two_messages_and_lists_find_them_by_pages()
    {
        await using var world = await OutsideWorld.Start();
        for (var count = 0; count < 5; count++) await world.Text(OutsideWorld.Duty, "same");
        await world.Text("+14155550102", "other");
        var seen = new List<string>();
        var next = $"Messages.json?To={Uri.EscapeDataString(OutsideWorld.Duty)}&DateSent%3E=2020-01-01&PageSize=2";
        while (next is not null)
        {
            var page = await world.Get(next);
            seen.AddRange(page["messages"]!.AsArray().Select(message => (string)message!["sid"]!));
            next = ((string?)page["next_page_uri"])?[OutsideWorld.Account("").Length..];
        }
        seen.Distinct().Count().ShouldBe(5);
        (await world.Get("Messages.json?DateSent%3C=2020-01-01"))["messages"]!.AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("+15005550001", OutsideWorld.Ours, 21211)]
    [InlineData("+15005550002", OutsideWorld.Ours, 21612)]
    [InlineData("+15005550003", OutsideWorld.Ours, 21408)]
    [InlineData("+15005550004", OutsideWorld.Ours, 21610)]
    [InlineData("+15005550009", OutsideWorld.Ours, 21614)]
    [InlineData("14155550101", OutsideWorld.Ours, 21211)]
    [InlineData(OutsideWorld.Duty, "+15005550001", 21212)]
    [InlineData(OutsideWorld.Duty, "+15005550007", 21606)]
    [InlineData(OutsideWorld.Duty, "+15005550008", 21611)]
    [InlineData(OutsideWorld.Ours, OutsideWorld.Ours, 21266)]
    public async Task numbers_that_cannot_be_are_refused_with_their_code(string to, string from, int code)
    {
        await using var world = await OutsideWorld.Start();
        var (status, body) = await world.Post("Messages.json", ("To", to), ("From", from), ("Body", "x"));
        (status, (int?)body!["code"]).ShouldBe((400, code));
    }

    [Fact]
    public async Task names_keep_their_case_and_a_text_of_1601_letters_is_too_long()
    {
        await using var world = await OutsideWorld.Start();
        var (_, lower) = await world.Post("Messages.json", ("To", OutsideWorld.Duty), ("From", OutsideWorld.Ours),
            ("body", "x"));
        ((int?)lower!["code"]).ShouldBe(21602);
        ((int?)(await world.Text(OutsideWorld.Duty, new string('x', 1601))).Body!["code"]).ShouldBe(21617);
    }

    [Fact]
    public async Task other_credentials_see_nothing_and_strange_paths_are_not_found()
    {
        await using var world = await OutsideWorld.Start();
        (await world.Api.GetAsync(OutsideWorld.Account("Messages/SM" + new string('0', 32) + ".json"))).StatusCode
            .ShouldBe(HttpStatusCode.NotFound);
        world.Api.DefaultRequestHeaders.Authorization = new("Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes("AC:x")));
        (await world.Api.GetAsync(OutsideWorld.Account("Messages.json")))
            .StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task the_third_same_text_to_a_mainland_number_is_accepted_and_filtered_later()
    {
        await using var world = await OutsideWorld.Start();
        var sids = new List<string>();
        for (var count = 0; count < 3; count++)
        {
            var (status, made) = await world.Text(OutsideWorld.County, "同样的内容");
            status.ShouldBe(201);
            sids.Add((string)made!["sid"]!);
        }
        await world.MessageIs(sids[1], "delivered");
        ((int?)(await world.MessageIs(sids[2], "undelivered"))["error_code"]).ShouldBe(30007);
    }

    [Fact]
    public async Task a_phone_that_is_off_gets_its_texts_later_unless_they_are_too_old_by_then()
    {
        await using var world = await OutsideWorld.Start();
        await world.Put(OutsideWorld.Duty, "switches", new { off = true });
        var old = (string)(await world.Text(OutsideWorld.Duty, "short-lived", ("ValidityPeriod", "60"))).Body!["sid"]!;
        var patient = (string)(await world.Text(OutsideWorld.Duty, "patient")).Body!["sid"]!;
        await world.MessageIs(patient, "sent");
        await world.Advance("PT2M");
        ((int?)(await world.MessageIs(old, "undelivered"))["error_code"]).ShouldBe(30036);
        await world.Put(OutsideWorld.Duty, "switches", new { off = false });
        await world.MessageIs(patient, "delivered");
    }

    [Fact]
    public async Task without_coverage_a_text_comes_back_and_an_unknown_number_has_no_handset()
    {
        await using var world = await OutsideWorld.Start();
        await world.Put(OutsideWorld.Duty, "switches", new { noCoverage = true });
        var lost = (string)(await world.Text(OutsideWorld.Duty, "x")).Body!["sid"]!;
        await world.MessageIs(lost, "sent");
        await world.Advance("PT1M");
        ((int?)(await world.MessageIs(lost, "undelivered"))["error_code"]).ShouldBe(30003);
        var nobody = (string)(await world.Text("+14155559999", "x")).Body!["sid"]!;
        ((int?)(await world.MessageIs(nobody, "undelivered"))["error_code"]).ShouldBe(30005);
    }

    [Fact]
    public async Task a_script_tells_out_of_order_twice_and_before_the_answer_with_names_nobody_knows()
    {
        await using var world = await OutsideWorld.Start();
        await world.Put(OutsideWorld.Duty, "delivery", new
        {
            early = true,
            unknownParameters = true,
            steps = new object[]
            {
                new { status = "sent", afterSeconds = 0 },
                new { status = "undelivered", errorCode = 30007, afterSeconds = 0, withoutErrorCode = true },
                new { status = "undelivered", errorCode = 30007, afterSeconds = 0, copies = 2 },
                new { status = "sent", afterSeconds = 0 },
            },
        });
        var toldBefore = -1;
        world.Hotline = _ =>
        {
            if (toldBefore < 0) toldBefore = world.Posted.Count;
            return Microsoft.AspNetCore.Http.Results.NoContent();
        };
        var (_, made) = await world.Text(OutsideWorld.Duty, "x", ("StatusCallback", world.Callback("/s")));
        toldBefore.ShouldBe(1);
        var told = await world.TextStatuses((string)made!["sid"]!, 5);
        told.Select(one => (one.Form["MessageStatus"], one.Form["ErrorCode"])).ShouldBe(
            [("sent", null), ("undelivered", null), ("undelivered", "30007"), ("undelivered", "30007"),
                ("sent", null)]);
        told.ShouldAllBe(one => one.Form["ChannelPrefix"] == "new one" && one.Signed(world.Token));
        ((string?)(await world.Get($"Messages/{made["sid"]}.json"))["status"]).ShouldBe("undelivered");
    }

    [Fact]
    public async Task a_service_picks_its_sender_and_a_scheduled_text_can_be_canceled()
    {
        await using var world = await OutsideWorld.Start();
        var service = "MG" + new string('a', 32);
        var (_, accepted) = await world.Post("Messages.json", ("To", OutsideWorld.Duty),
            ("MessagingServiceSid", service), ("Body", "x"));
        ((string?)accepted!["status"], (string?)accepted["from"], (string?)accepted["num_segments"])
            .ShouldBe(("accepted", null, "0"));
        ((string?)(await world.MessageIs((string)accepted["sid"]!, "delivered"))["from"]).ShouldBe(OutsideWorld.Ours);
        var (_, scheduled) = await world.Post("Messages.json", ("To", OutsideWorld.Duty),
            ("MessagingServiceSid", service), ("Body", "later"),
            ("ScheduleType", "fixed"), ("SendAt", "2099-01-01T00:00:00Z"));
        ((string?)scheduled!["status"]).ShouldBe("scheduled");
        (await world.Post($"Messages/{scheduled["sid"]}.json", ("Status", "canceled"))).Status.ShouldBe(200);
        (await world.Post($"Messages/{accepted["sid"]}.json", ("Status", "canceled"))).Body!["code"]!.GetValue<int>()
            .ShouldBe(30409);
    }

    [Fact]
    public async Task one_sender_sends_one_segment_a_second_when_the_queue_is_on()
    {
        await using var world = await OutsideWorld.Start("--Simulator:SegmentsPerSecond", "0.01");
        var first = (string)(await world.Text(OutsideWorld.Duty, "one")).Body!["sid"]!;
        var second = (string)(await world.Text(OutsideWorld.Duty, "two")).Body!["sid"]!;
        var hasty = (string)(await world.Text(OutsideWorld.Duty, "three", ("ValidityPeriod", "30"))).Body!["sid"]!;
        await world.MessageIs(first, "delivered");
        ((string?)(await world.Get($"Messages/{second}.json"))["status"]).ShouldBe("queued");
        await world.Advance("PT5M");
        await world.MessageIs(second, "delivered");
        ((int?)(await world.MessageIs(hasty, "failed"))["error_code"]).ShouldBe(30036);
    }
}

using System.Globalization;
using Hotline.Paging;
using Hotline.Telephony;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.Api.Tests.Paging;

public sealed class A_text_to_a_phone : IAsyncLifetime
{
    private PagingWorld world = null!;

    public async ValueTask InitializeAsync() => world = await PagingWorld.Start();

    public async ValueTask DisposeAsync() => await world.DisposeAsync();

    private TwilioClient Gateway => world.Services.GetRequiredService<TwilioClient>();

    private OutgoingText Text(string to, string body) =>
        new(PhoneNumber.Parse(to)!.Value, body, world.Url + "webhooks/twilio/message-status", TimeSpan.FromMinutes(2));

    [Fact]
    public async Task Case_1_is_known_by_the_id_and_the_status_that_the_gateway_gave_it()
    {
        await world.Callbacks(false);
        var page = await world.Page();
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts is [{ SentAt: not null }], "it went out");
        var attempt = (await world.Load(page)).Attempts[0];
        attempt.ProviderStatus.ShouldBe("queued");
        var sid = (await world.Log("text")).Single().GetProperty("detail").GetProperty("sid").GetString();
        (await world.Services.GetRequiredService<Requests>().SidOf(attempt.Id, default))!.Value.ShouldBe((sid!, GatewayNames.Twilio));
    }

    [Theory]
    [InlineData(70, 1), InlineData(71, 2), InlineData(134, 2), InlineData(135, 3)]
    public async Task Case_15_in_Chinese_takes_a_segment_for_seventy_units_and_is_cut_nowhere(int units, int segments)
    {
        // The last character takes two units.
        var body = new string('热', units - 2) + "𠮷";
        var sent = (await Gateway.SendText(Text(PagingWorld.Duty, body))).ShouldBeOfType<Submitted.Accepted>();
        await world.UntilText(PagingWorld.Duty);
        (await world.Texts(PagingWorld.Duty)).Single().ShouldBe(body);
        (await world.Log("text")).Single().GetProperty("detail").GetProperty("segments").GetInt32().ShouldBe(segments);
        Segments.Of(body).Count.ShouldBe(segments);
    }

    [Fact]
    public async Task Case_15_of_more_than_a_message_may_hold_is_refused_and_reaches_nobody()
    {
        (await Gateway.SendText(Text(PagingWorld.Duty, new string('热', 1601)))).ShouldBe(new Submitted.Rejected(ErrorClass.Request, 21617));
        (await world.Texts(PagingWorld.Duty)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Case_16_arrives_with_every_character_that_left()
    {
        const string body = "1 + 1 = 2 & 50 % #?\n\"引号\" '单' 👍 𠮷 ；a=b";
        (await Gateway.SendText(Text(PagingWorld.Duty, body))).ShouldBeOfType<Submitted.Accepted>();
        await world.UntilText(PagingWorld.Duty);
        (await world.Texts(PagingWorld.Duty)).Single().ShouldBe(body);
    }

    [Fact]
    public async Task Case_17_of_our_own_never_leaves_and_the_page_moves_on()
    {
        await world.Number("duty", "+15005550006");
        var page = await world.Page();
        await world.UntilText(PagingWorld.Supervisor);
        (await world.Load(page)).Attempts[0].WhyNot.ShouldBe("request-refused");
        (await world.Log("text")).ShouldAllBe(t => t.GetProperty("detail").GetProperty("to").GetString() != "+15005550006");
        (await world.Log("refused")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("001 (415) 555-0101"), InlineData("＋１４１５５５５０１０１"), InlineData("+1 415-555-0101")]
    public async Task Case_18_whose_number_was_written_by_a_person_arrives(string written)
    {
        await world.Number("duty", written);
        await world.Page();
        await world.UntilText(PagingWorld.Duty);
    }

    [Fact]
    public async Task Cases_19_20_in_the_mainland_asks_for_no_reply_and_no_two_are_the_same()
    {
        for (var page = 1; page <= 3; page++)
        {
            await world.Page(plan: "common-superior");
            await world.UntilText(PagingWorld.County, page);
            await world.UntilText(PagingWorld.City, page);
            await world.Advance(PagingWorld.Pack.Limits.Every);
        }
        var (county, city) = (await world.Texts(PagingWorld.County), await world.Texts(PagingWorld.City));
        county.ShouldAllBe(t => !t.Contains("回复", StringComparison.Ordinal) && !t.Contains("http", StringComparison.Ordinal) && t.Contains("按1接警", StringComparison.Ordinal));
        county.Distinct().Count().ShouldBe(3);
        city.ShouldAllBe(t => t.Contains("回复", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Case_23_is_the_same_on_a_machine_of_any_culture()
    {
        var strange = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        strange.NumberFormat.NegativeSign = "−";
        strange.NumberFormat.NumberDecimalSeparator = strange.NumberFormat.NumberGroupSeparator = "٫";
        strange.DateTimeFormat.TimeSeparator = strange.DateTimeFormat.DateSeparator = "·";
        strange.DateTimeFormat.AbbreviatedMonthNames = [.. Enumerable.Range(1, 12).Select(m => $"{m}月"), ""];
        CultureInfo.CurrentCulture = strange;
        (await Gateway.SendText(Text(PagingWorld.Duty, "数 12.5"))).ShouldBeOfType<Submitted.Accepted>();
        var listed = await Gateway.ListMessages(PhoneNumber.Parse(PagingWorld.Duty)!.Value, world.Clock.Now.AddMinutes(-1));
        listed!.Single().CreatedAt!.Value.ShouldBe(world.Clock.Now, TimeSpan.FromMinutes(1));
        Texts.Already("DutyOfficer", new(2026, 11, 21, 1, 5, 0, TimeSpan.Zero)).ShouldContain("09:05");
        await world.UntilText(PagingWorld.Duty);
    }

    [Fact]
    public async Task Case_24_leaves_no_number_text_or_token_in_any_log_line_trace_or_metric()
    {
        using var eavesdropper = new Eavesdropper();
        await world.Fault("500-after");
        var page = await world.Page();
        await world.UntilText(PagingWorld.Duty);
        await world.Advance(PagingWorld.FirstCall);
        await world.UntilRings(PagingWorld.Duty);
        await world.Reply(PagingWorld.Duty, "STOP");
        await world.Reply(PagingWorld.Duty, "1a");
        await world.UntilState(page, PageFile.Acknowledged);
        await world.Webhook("/webhooks/twilio/sms", "Body=%e7%83%ad&From=%2B14155550101");
        world.Lines.ShouldNotBeEmpty();
        var reference = (await world.Load(page)).Attempts[0].Reference;
        foreach (var secret in new[] { "4155550101", "f4b1d0c7a9e84f2c9d6e3b5a7c8d9e0f", "the-token-before", "儿童保护", reference })
            world.Lines.Select(l => l.Text).Concat(eavesdropper.Heard).Where(text => text.Contains(secret, StringComparison.Ordinal)).ShouldBeEmpty(secret);
        eavesdropper.Heard.ShouldContain(text => text.StartsWith("http.route=/webhooks/twilio", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Case_27_that_is_reported_before_its_request_was_answered_is_known_by_our_id()
    {
        await world.Delivery(PagingWorld.Duty, early: true, new { status = "sent", afterSeconds = 0 }, new { status = "delivered", arrives = true });
        await world.Fault("cut-after");
        var page = await world.Page();
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts is [{ ProviderStatus: "delivered" }], "delivered");
        (await world.Log("text")).Count.ShouldBe(1);
    }
}

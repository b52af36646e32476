using Hotline.Duty;
using Hotline.Paging;
using Hotline.Security;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.Api.Tests.Paging;

public sealed class A_reply_from_a_phone : IAsyncLifetime
{
    private PagingWorld world = null!;

    public async ValueTask InitializeAsync() => world = await PagingWorld.Start();

    public async ValueTask DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task Case_35_takes_the_page_however_it_is_typed()
    {
        var code = 0;
        foreach (var typed in new[] { "{0}a", " {0} A ", "'{0}a'", "{0}ａ", "{0}a.", "ack {0}", "{0}确认", "{0}a   " })
        {
            var page = await world.Page();
            await PagingWorld.Until(async () => (await world.Load(page)).Attempts is [{ SentAt: not null }, ..], "rung");
            await world.Reply(PagingWorld.Duty, typed.Replace("{0}", $"{++code}", StringComparison.Ordinal));
            await PagingWorld.Until(async () => (await world.Load(page)).State == PageFile.Acknowledged, typed);
            await world.Advance(PagingWorld.Pack.Limits.Every);
        }
    }

    /// <summary>The second page's text waits for its turn; the first was answered by somebody else meanwhile.</summary>
    [Fact]
    public async Task of_a_bare_word_takes_no_page_that_nobody_told_of()
    {
        var told = await world.Page("T2");
        await PagingWorld.Until(async () => (await world.Load(told)).Attempts is [{ SentAt: not null }, ..], "told");
        var waits = await world.Page("T2");
        await PagingWorld.Until(async () => (await world.Load(waits)).Attempts is [{ ReleaseAt: not null }, ..], "it waits");
        using var supervisor = await world.SignedIn("supervisor");
        (await supervisor.PostAsync($"/api/pages/{told}/acknowledge", null)).EnsureSuccessStatusCode();
        await world.Reply(PagingWorld.Duty, "a");
        await PagingWorld.Until(async () => (await world.Texts(PagingWorld.Duty)).Count > 1, "an answer");
        (await world.Load(waits)).IsRinging.ShouldBeTrue();
    }

    [Fact]
    public async Task finds_its_page_though_many_began_at_once_since_those_that_lost_a_race_look_apart()
    {
        var codes = world.Services.GetRequiredService<ReplyCodes>();
        async Task<int> Wanted(int race) => (await codes.For([1, 2, 3], Guid.CreateVersion7(), world.Clock.Now, race, CancellationToken.None)).Code;
        (await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => Wanted(race: 0)))).Distinct().ShouldBe([1]);
        (await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => Wanted(race: 4)))).Distinct().Count().ShouldBeGreaterThan(8);
    }

    [Fact]
    public async Task Case_36_with_the_code_of_a_page_long_answered_takes_no_other()
    {
        var first = await world.Page();
        await world.UntilText(PagingWorld.Duty);
        await world.Reply(PagingWorld.Duty, "1a");
        await world.UntilState(first, PageFile.Acknowledged);
        await world.Advance(TimeSpan.FromMinutes(10));
        var second = await world.Page();
        await PagingWorld.Until(async () => (await world.Load(second)).Attempts is [{ Code: 2 }], "another code");
        await world.Reply(PagingWorld.Duty, "1a");
        await PagingWorld.Until(
            async () => (await world.Texts(PagingWorld.Duty)).Any(t => t.Contains("已由值班员", StringComparison.Ordinal)), "told that it is taken");
        (await world.Load(second)).IsRinging.ShouldBeTrue();
    }

    [Fact]
    public async Task Case_37_of_two_people_in_the_same_second_makes_one_owner_and_tells_the_other()
    {
        var page = await world.Page();
        await world.UntilText(PagingWorld.Duty);
        await world.Advance(TimeSpan.FromMinutes(5));
        await world.UntilText(PagingWorld.Supervisor);
        await Task.WhenAll(world.Reply(PagingWorld.Duty, "1a"), world.Reply(PagingWorld.Supervisor, "1a"));
        await world.UntilState(page, PageFile.Acknowledged);
        var (owner, other) = (await world.Load(page)).AcknowledgedBy!.Role == "DutyOfficer"
            ? (PagingWorld.Duty, PagingWorld.Supervisor) : (PagingWorld.Supervisor, PagingWorld.Duty);
        await PagingWorld.Until(async () => (await world.Texts(owner)).Any(t => t.Contains("已登记您接警", StringComparison.Ordinal)), "the owner is told");
        await PagingWorld.Until(async () => (await world.Texts(other)).Any(t => t.Contains("该呼叫已由", StringComparison.Ordinal)), "the other is told");
    }

    [Fact]
    public async Task Case_39_of_START_opens_texts_again_and_please_stop_does_not_close_them()
    {
        async Task<string?> Off() => (await world.Services.GetRequiredService<Contacts>().Of(DemoAccounts.AccountId("duty"), default))!.SmsOff;
        await world.Reply(PagingWorld.Duty, "please stop");
        (await Off()).ShouldBeNull();
        await world.Reply(PagingWorld.Duty, "stop");
        (await Off()).ShouldBe("opted-out");
        world.Lines.Count(l => l.Event == 4205).ShouldBe(1, "the coordinator is told");
        await world.Reply(PagingWorld.Duty, "start");
        (await Off()).ShouldBeNull();
        await world.Page();
        await world.UntilText(PagingWorld.Duty, 2);
    }

    [Fact]
    public async Task Case_42_of_a_picture_without_a_word_is_not_understood()
    {
        var page = await world.Page();
        await world.UntilText(PagingWorld.Duty);
        await world.Picture(PagingWorld.Duty);
        await world.UntilText(PagingWorld.Duty, 2);
        (await world.Texts(PagingWorld.Duty))[^1].ShouldContain("没有看懂");
        (await world.Load(page)).IsRinging.ShouldBeTrue();
    }

    [Fact]
    public async Task Case_43_ends_the_call_that_rings_on_the_same_phone()
    {
        var page = await world.Page();
        await world.Advance(PagingWorld.FirstCall);
        await world.UntilRings(PagingWorld.Duty);
        await world.Reply(PagingWorld.Duty, "1a");
        await world.UntilState(page, PageFile.Acknowledged);
        await PagingWorld.Until(async () => !await world.Rings(PagingWorld.Duty), "it stops ringing");
    }
}

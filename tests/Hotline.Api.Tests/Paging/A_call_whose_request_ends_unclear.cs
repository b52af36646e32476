using Hotline.Paging;

namespace Hotline.Api.Tests.Paging;

/// <summary>A listed call carries nothing of ours: it is known by the number it went to and by being nobody else's.</summary>
public sealed class A_call_whose_request_ends_unclear : IAsyncLifetime
{
    private PagingWorld world = null!;

    public async ValueTask InitializeAsync() => world = await PagingWorld.Start();

    public async ValueTask DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public Task Case_2_rings_once_where_the_answer_was_cut_off() => RingsOnce("cut-after");

    [Fact]
    public Task Case_3_rings_once_where_a_500_came_after_it_was_taken() => RingsOnce("500-after");

    [Fact]
    public Task Case_4_rings_once_where_a_500_came_before() => RingsOnce("500-before");

    [Fact]
    public Task Case_13_rings_once_where_the_answer_was_half_a_body() => RingsOnce("half-body");

    private async Task RingsOnce(string fault)
    {
        await world.Fault(fault, on: "calls");
        var page = await world.Page();
        await world.UntilText(PagingWorld.Duty);
        await world.Advance(PagingWorld.FirstCall);
        await PagingWorld.Until(
            async () => (await world.Load(page)).Attempts.Any(a => a is { Channel: "call", SentAt: not null }), "the call is known", 30);
        await world.UntilRings(PagingWorld.Duty);
        await world.Do(PagingWorld.Duty, "answer");
        await PagingWorld.Until(
            async () => await world.Do(PagingWorld.Duty, "press", new { digits = "1" }) == System.Net.HttpStatusCode.Accepted, "the key is pressed");
        await world.UntilState(page, PageFile.Acknowledged);
        (await world.Log("call")).Count.ShouldBe(1);
    }
}

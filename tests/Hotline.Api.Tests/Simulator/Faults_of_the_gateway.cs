namespace Hotline.Api.Tests.Simulator;

public sealed class Faults_of_the_gateway
{
    [Theory]
    [InlineData("429", 429, 0)]
    [InlineData("500-before", 500, 0)]
    [InlineData("500-after", 500, 1)]
    [InlineData("503-before", 503, 0)]
    [InlineData("503-after", 503, 1)]
    [InlineData("html", 502, 0)]
    [InlineData("empty", 200, 1)]
    [InlineData("slow-body", 201, 1)]
    [InlineData("cut-before", 0, 0)]
    [InlineData("cut-after", 0, 1)]
    [InlineData("half-body", 0, 1)]
    [InlineData("hang-before", 0, 0)]
    [InlineData("hang-after", 0, 1)]
    public async Task a_fault_spoils_one_request_and_only_that(string kind, int status, int messages)
    {
        await using var world = await OutsideWorld.Start();
        await world.Fault(kind, on: "messages", retryAfter: kind == "429" ? 2 : null);
        (await Try(world)).ShouldBe(status);
        (await world.Get("Messages.json"))["messages"]!.AsArray().Count.ShouldBe(messages);
        (await Try(world)).ShouldBe(201);
    }

    [Fact]
    public async Task a_kind_nobody_knows_is_refused() => await Should.ThrowAsync<HttpRequestException>(async () =>
    {
        await using var world = await OutsideWorld.Start();
        await world.Fault("earthquake");
    });

    static async Task<int> Try(OutsideWorld world)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        using var content = new FormUrlEncodedContent(
            [new("To", OutsideWorld.Duty), new("From", OutsideWorld.Ours), new("Body", "x")]);
        try
        {
            using var answer = await world.Api.PostAsync(OutsideWorld.Account("Messages.json"), content, limit.Token);
            if ((int)answer.StatusCode == 429) answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(2));
            return (int)answer.StatusCode;
        }
        catch (Exception trouble) when (trouble is HttpRequestException or OperationCanceledException)
        {
            return 0;
        }
    }
}

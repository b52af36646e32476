using System.Net;
using System.Net.Http.Json;
using Hotline.Api.Tests.Paging;

namespace Hotline.Api.Tests.Calls;

public sealed class A_text_from_the_public : IAsyncLifetime
{
    private CallWorld world = null!;

    public async ValueTask InitializeAsync() => world = await CallWorld.Start();

    public async ValueTask DisposeAsync() => await world.DisposeAsync();

    private async Task Writes(string text, string to = PagingWorld.PublicNumber, string from = CallWorld.Public) =>
        (await world.Telephones.Do(from, "reply", new { text, to })).ShouldBe(HttpStatusCode.OK);

    /// <summary>Texts to that telephone, also those still on their way.</summary>
    private async Task<int> Sent() =>
        (await world.Telephones.Phone(CallWorld.Public)).GetProperty("texts").EnumerateArray().Count(t => !t.GetProperty("mine").GetBoolean());

    [Fact]
    public async Task gets_one_neutral_line_and_stands_among_the_calls_with_its_words_sealed()
    {
        await Writes("我爸爸又打我了");
        await world.Telephones.UntilText(CallWorld.Public);
        (await world.Telephones.Texts(CallWorld.Public)).ShouldBe(["您的信息已收到。如遇紧急情况请拨打110。"]);
        var call = await world.Only();
        (call["isText"]!.GetValue<bool>(), call["state"]!.ToString()).ShouldBe((true, "OutcomeOwed"));
        var id = call["id"]!.ToString();
        (await world.Call(id)).ToJsonString().ShouldNotContain("打我");
        world.Telephones.Lines.ShouldNotContain(l => l.Text.Contains("打我"));
        var look = await (await world.As("duty")).PostAsJsonAsync($"/api/calls/{id}/look", new { why = "处理来信" });
        (await look.Content.ReadAsStringAsync()).ShouldContain("打我");

        await Writes("在吗");
        await PagingWorld.Until(async () => (await world.Owed()).Count == 2, "the second stands there too");
        (await Sent()).ShouldBe(1, "one line and no more: two automats never talk");
        var back = (await world.Call(id))["steps"]!.AsArray().Single(s => s!["trigger"]!.ToString() == "PlaceCallBack")!;
        back["allowed"]!.GetValue<bool>().ShouldBeFalse("no questions before a safe contact is confirmed");
        await world.Taken($"/api/calls/{id}", "ConfirmSafeContact");
        (await world.Call(id))["steps"]!.AsArray().Single(s => s!["trigger"]!.ToString() == "PlaceCallBack")!["allowed"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task to_the_number_that_pages_gets_no_answer_and_leaves_nothing()
    {
        await Writes("你好", to: "+15005550006");
        await Writes("stop");
        (await world.Owed()).ShouldBeEmpty();
        (await Sent()).ShouldBe(0);
    }

    [Fact]
    public async Task from_a_childs_own_telephone_gets_nothing_once_that_is_known()
    {
        var call = await world.Told("q-1", "answered", new { from = CallWorld.Public, answeredBy = "duty" });
        await world.Taken($"/api/calls/{call}", "MarkQuiet");
        await world.Telephones.Advance(TimeSpan.FromDays(2));
        await Writes("你们到哪了");
        await PagingWorld.Until(async () => (await world.Get("/api/calls?state=OutcomeOwed")).Body["items"]!.AsArray().Any(c => c!["isText"]!.GetValue<bool>()), "staff see it");
        (await Sent()).ShouldBe(0);
    }
}

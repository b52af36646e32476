using System.Text.Json.Nodes;

namespace Hotline.Api.Tests.Contract;

[Collection(ContractCity.Name)]
public sealed class Filing_a_report(ContractCity world)
{
    private static (string, string) Key(string key) => ("Idempotency-Key", key);

    [Fact]
    public async Task A_repeat_gets_the_first_answer_byte_for_byte()
    {
        var key = Guid.NewGuid().ToString();
        var first = await world.Post("/api/reports", "school", ContractCity.UrgentBody, Key(key));
        var second = await world.Post("/api/reports", "school", ContractCity.UrgentBody, Key(key));
        first.Status.ShouldBe(201);
        first.Location.ShouldBe($"/api/reports/{first.Json["reportNumber"]}");
        second.ShouldBe(first);
    }

    [Fact]
    public async Task Repeats_sent_at_once_all_get_the_one_answer()
    {
        var key = Guid.NewGuid().ToString();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => world.Post("/api/reports", "school", ContractCity.UrgentBody, Key(key))));
        answers.Distinct().Count().ShouldBe(1, string.Join("\n", answers.Select(a => a.Body).Distinct()));
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused_and_another_account_has_keys_of_its_own()
    {
        var key = Guid.NewGuid().ToString();
        var first = await world.Post("/api/reports", "school", ContractCity.UrgentBody, Key(key));
        var other = await world.Post("/api/reports", "school", """{"situationText":"另一件事"}""", Key(key));
        (other.Status, other.Refusal, other.Type).ShouldBe((409, "key-reused", "application/problem+json"));
        (await world.Post("/api/reports", "hospital", ContractCity.UrgentBody, Key(key))).Location.ShouldNotBe(first.Location);
    }

    [Fact]
    public async Task A_refusal_is_not_kept_under_its_key()
    {
        var key = Guid.NewGuid().ToString();
        (await world.Post("/api/reports", "school", "{}", Key(key))).Status.ShouldBe(422);
        (await world.Post("/api/reports", "school", ContractCity.UrgentBody, Key(key))).Status.ShouldBe(201);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("")]
    [InlineData("129")]
    public async Task A_key_that_is_none_is_refused(string key)
    {
        var answer = await world.Post("/api/reports", "school", ContractCity.UrgentBody, Key(key == "129" ? new string('k', 129) : key));
        (answer.Status, answer.Refusal).ShouldBe((400, "key-missing"));
    }

    [Theory]
    [InlineData("""{"situationText":"t","category":"Nonsense"}""", "category", "unknown-value")]
    [InlineData("""{"situationText":"t","grounds":["SeveralInjuries","Nonsense"]}""", "grounds", "unknown-value")]
    [InlineData("""{"situationText":"t","discoveredAt":"2026-11-21T08:55:00"}""", "discoveredAt", "not-a-moment")]
    [InlineData("""{"situationText":"t","discoveredAt":"2199-01-01T00:00:00Z"}""", "discoveredAt", "in-the-future")]
    [InlineData("""{"situationText":"t","children":[{"ageEstimate":1e400}]}""", "children[0].ageEstimate", "out-of-range")]
    [InlineData("""{"situationText":"t","children":[{}],"suspects":[{"children":[7]}]}""", "suspects[0].children", "unknown-value")]
    [InlineData("""{"situationText":"t","brandNew":{"a":[1]}}""", "brandNew", "unknown-field")]
    [InlineData("""{"situationText":"first","situationText":"second"}""", "situationText", "repeated-field")]
    [InlineData("""{"situationText":["not","text"]}""", "situationText", "not-text")]
    [InlineData("""{"immediateDanger":{"lifeThreat":"perhaps"}}""", "immediateDanger.lifeThreat", "unknown-value")]
    [InlineData("{\"situationText\":\"a\\u0000b\"}", "situationText", "characters-replaced")]
    [InlineData("{\"situationText\":\"a\\ud800b\"}", "situationText", "characters-replaced")]
    [InlineData("{\"situationText\":\"a\\ufffeb\"}", "situationText", "characters-replaced")]
    public async Task What_cannot_be_read_is_kept_aside_and_named(string body, string field, string code)
    {
        var answer = await world.Post("/api/reports", "school", body);
        answer.Status.ShouldBe(201, answer.Body);
        answer.Json["warnings"]!.AsArray().Select(w => (w!["field"]!.ToString(), w["code"]!.ToString())).ShouldContain((field, code));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(100_000)]
    public async Task However_deep_a_field_nests_the_report_is_received(int depth)
    {
        var nested = new string('[', depth) + new string(']', depth);
        (await world.Post("/api/reports", "school", "{\"situationText\":\"t\",\"z\":" + nested + "}")).Status.ShouldBe(201);
        var injuries = await world.Post("/api/reports", "school", "{\"situationText\":\"t\",\"children\":[{\"injuryFindings\":" + nested + "}]}");
        injuries.Status.ShouldBe(201);
        (await world.Get(injuries.Location!, "duty")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Text_over_its_limit_is_cut_between_characters()
    {
        var body = new JsonObject { ["situationText"] = new string('x', 4_999) + "😀😀" };
        var answer = await world.Post("/api/reports", "school", body.ToJsonString());
        answer.Status.ShouldBe(201);
        var read = await world.Get(answer.Location!, "duty");
        read.Json["content"]!["situationText"]!.GetValue<string>().ShouldBe(new string('x', 4_999));
    }

    [Theory]
    [InlineData("{", 400)]
    [InlineData("", 400)]
    [InlineData("{}", 422)]
    [InlineData("[]", 422)]
    [InlineData("""{"situationText":"   "}""", 422)]
    [InlineData("""{"foo":"bar"}""", 422)]
    public async Task Nothing_reportable_or_no_JSON_is_refused(string body, int status) =>
        (await world.Post("/api/reports", "school", body)).Status.ShouldBe(status);

    [Fact]
    public async Task Exactly_256_KB_is_received_and_one_byte_more_is_not()
    {
        const string frame = "{\"situationText\":\"\"}";
        string Of(int bytes) => frame.Insert(frame.Length - 2, new string('a', bytes - frame.Length));
        (await world.Post("/api/reports", "school", Of(256 * 1024))).Status.ShouldBe(201);
        (await world.Post("/api/reports", "school", Of(256 * 1024 + 1))).Status.ShouldBe(413);
    }

    [Fact]
    public async Task The_public_reads_on_with_its_look_up_code()
    {
        var answer = await world.Send(HttpMethod.Post, "/api/public/reports", body: "{\"situationText\":\"公众报告\"}"u8.ToArray());
        answer.Status.ShouldBe(201);
        // As somebody types it from a slip of paper.
        var inFours = string.Join(' ', answer.Json["lookupCode"]!.ToString().ToLowerInvariant().Chunk(4).Select(four => new string(four)));
        var read = await world.Send(HttpMethod.Get, $"/api/public/reports/{Uri.EscapeDataString(inFours)}");
        read.Json["reportNumber"]!.ToString().ShouldBe(answer.Json["reportNumber"]!.ToString());
        read.Json.AsObject().ContainsKey("triage").ShouldBeFalse();
    }
}

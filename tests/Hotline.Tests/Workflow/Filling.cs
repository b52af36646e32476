using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hotline.Workflow;

namespace Hotline.Tests.Workflow;

public class Filling_in_a_form
{
    private static readonly Option[] Two = [new("a-1", new("甲", "A")), new("b-2", new("乙", "B"))];
    private static readonly Machine Case = BasePack.Pack.Machines["case"];

    private static IReadOnlyList<Option> Refs(string kind) => Two;

    private static IReadOnlyList<Option> Nothing(string kind) => [];

    private static Step Of(string step) => Case.Steps.Single(candidate => candidate.Name == step);

    private static JsonElement Body(string json) => JsonDocument.Parse(json).RootElement;

    private static ImmutableArray<FieldError> Errors(string step, string json) =>
        Forms.Validate(Of(step), Body(json), Refs).ShouldBeOfType<Filled.Refused>().Errors;

    public static TheoryData<string, string> EveryStep() =>
        [.. BasePack.Pack.Machines.Values.SelectMany(machine => machine.Steps.Select(step => (machine.Name, step.Name)))];

    [Theory, MemberData(nameof(EveryStep))]
    public void accepts_whatever_satisfies_the_schema(string machine, string name)
    {
        var step = BasePack.Pack.Machines[machine].Steps.Single(candidate => candidate.Name == name);
        for (var seed = 0; seed < 25; seed++)
        {
            var body = new SchemaSample(seed).Of(Forms.Schema(step, Refs))!;
            var filled = Forms.Validate(step, JsonSerializer.SerializeToElement(body), Refs);
            filled.ShouldBeOfType<Filled.Accepted>($"{body.ToJsonString()} → {filled}");
        }
    }

    [Fact]
    public void accepts_every_kind_of_field_at_its_limits()
    {
        var step = Every();
        for (var seed = 0; seed < 1000; seed++)
        {
            var body = new SchemaSample(seed).Of(Forms.Schema(step, Refs))!;
            var filled = Forms.Validate(step, JsonSerializer.SerializeToElement(body), Refs);
            filled.ShouldBeOfType<Filled.Accepted>($"{body.ToJsonString()} → {filled}");
        }
    }

    [Fact]
    public void accepts_no_body_at_all_when_nothing_is_required() =>
        Forms.Validate(Of("AnswerDangerQuestions"), default, Refs).ShouldBeOfType<Filled.Accepted>().Values.Count.ShouldBe(0);

    [Fact]
    public void says_which_field_is_missing() =>
        Errors("RecordChildSeen", """{"seenBy":"  "}""").Select(error => (error.Field, error.Code))
            .ShouldBe([("seenBy", "required"), ("seenAt", "required")]);

    [Theory]
    [InlineData("""{"nobody":1,"heard":"Heard","opinion":"x"}""", "nobody", "unknown-field")]
    [InlineData("""{"heard":"Perhaps","opinion":"x"}""", "heard", "not-a-choice")]
    [InlineData("""{"heard":true,"opinion":"x"}""", "heard", "not-a-text")]
    [InlineData("""{"heard":"Heard","opinion":{"a":1}}""", "opinion", "not-a-text")]
    [InlineData("""[1]""", "", "not-an-object")]
    [InlineData("\"text\"", "", "not-an-object")]
    public void names_what_is_wrong(string body, string field, string code)
    {
        var error = Errors("HearChild", body).ShouldHaveSingleItem();
        (error.Field, error.Code).ShouldBe((field, code));
        error.Zh.ShouldNotBeEmpty();
        error.En.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("2026-02-29T08:00:00Z")]
    [InlineData("2026-11-21T24:00:00Z")]
    [InlineData("2026-11-21 08:00:00Z")]
    [InlineData("2026-11-21T08:00:00")]
    [InlineData("2026-11-21T08:00:00Z\n")]
    public void refuses_what_is_no_time(string time) =>
        Errors("RecordChildSeen", JsonSerializer.Serialize(new { seenBy = "Ling", seenAt = time }))
            .ShouldHaveSingleItem().Code.ShouldBe("not-a-time");

    [Fact]
    public void refuses_a_time_to_come_once_it_is_told_the_time()
    {
        var now = new DateTimeOffset(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);
        var body = Body("""{"seenBy":"Ling","seenAt":"2026-11-21T16:06:00+08:00"}""");
        Forms.Validate(Of("RecordChildSeen"), body, Refs, now).ShouldBeOfType<Filled.Refused>()
            .Errors.ShouldHaveSingleItem().Code.ShouldBe("in-the-future");
        Forms.Validate(Of("RecordChildSeen"), body, Refs, now.AddMinutes(1)).ShouldBeOfType<Filled.Accepted>();
    }

    [Fact]
    public void counts_rare_characters_once_and_the_longest_text_is_accepted()
    {
        var body = new JsonObject { ["heard"] = "Heard", ["opinion"] = string.Concat(Enumerable.Repeat("𠮷", 2000)) };
        Forms.Validate(Of("HearChild"), JsonSerializer.SerializeToElement(body), Refs).ShouldBeOfType<Filled.Accepted>();
        body["opinion"] = body["opinion"]!.GetValue<string>() + "多";
        Errors("HearChild", body.ToJsonString()).ShouldHaveSingleItem().Code.ShouldBe("too-long");
    }

    [Fact]
    public void mends_half_a_character_instead_of_breaking()
    {
        var filled = Forms.Validate(Of("HearChild"), Body("""{"heard":"Heard","opinion":"a\ud800\n\u4e00\\u"}"""), Refs);
        filled.ShouldBeOfType<Filled.Accepted>().Values["opinion"]!.GetValue<string>().ShouldBe("a\uFFFD\n一\\u");
        Errors("HearChild", """{"heard":"Heard","opinion":"a","\ud800":1}""").ShouldHaveSingleItem().Code.ShouldBe("unknown-field");
    }

    [Fact]
    public void cannot_be_done_while_a_required_reference_has_nothing_to_choose()
    {
        Forms.Unfillable(Of("ProposeMerge"), Nothing).ShouldHaveSingleItem();
        Forms.Unfillable(Of("ProposeMerge"), Refs).ShouldBeEmpty();
        Forms.Schema(Of("ProposeMerge"), Nothing)["properties"]!["intoCase"]!.AsObject().ContainsKey("oneOf").ShouldBeFalse();
    }

    [Fact]
    public void shows_each_field_in_both_languages_with_its_class()
    {
        var outcome = Forms.Schema(Of("RecordMedicalNeed"), Refs)["properties"]!["outcome"]!;
        outcome["title"]!.GetValue<string>().ShouldBe("结果");
        outcome["x-title"]!["en"]!.GetValue<string>().ShouldBe("Outcome");
        outcome["x-sensitivity"]!.GetValue<int>().ShouldBe(3);
        outcome["oneOf"]![0]!["const"]!.GetValue<string>().ShouldBe("Treated");
    }

    private static Step Every()
    {
        ImmutableArray<Option> options = [.. Two];
        Field Of(FieldType type, bool required) => new(
            $"{type}{required}", type, required, 1, new("字段", "field"), type == FieldType.Choice ? options : [],
            type == FieldType.Text ? 12 : null, type == FieldType.Integer ? -3 : null, type == FieldType.Integer && required ? 9 : null, "case");
        return Case.Steps[0] with
        {
            Form = [.. Enum.GetValues<FieldType>().SelectMany(type => new[] { Of(type, true), Of(type, false) })],
        };
    }
}

public class Facts_after_a_step
{
    private static readonly Machine Case = BasePack.Pack.Machines["case"];
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 4, 0, 0, TimeSpan.Zero);

    private static ImmutableDictionary<string, string> After(string step, JsonObject values, params (string, string)[] before) =>
        Facts.After(before.ToImmutableDictionary(pair => pair.Item1, pair => pair.Item2),
            Case.Steps.Single(candidate => candidate.Name == step), values, Noon, "ling");

    [Fact]
    public void carry_the_last_risk_over_before_the_new_one_is_set()
    {
        var facts = After("RecordVisit", new() { ["seen"] = true, ["riskLevel"] = "Low" }, ("lastVisitRisk", "Medium"));
        (facts["visitRiskBefore"], facts["lastVisitRisk"], facts["seenAtLastVisit"]).ShouldBe(("Medium", "Low", "true"));
    }

    [Fact]
    public void take_what_the_proposal_left() =>
        After("MergeCase", [], ("mergeInto", "case-7"))["mergedInto"].ShouldBe("case-7");

    [Fact]
    public void know_the_moment() =>
        After("ServicesDelivered", [])["followUpStartedAt"].ShouldBe("2026-11-21T04:00:00.0000000+00:00");
}

using System.Collections.Immutable;

namespace Hotline.Workflow;

/// <summary>What the pack says of duty (duty.yaml) [design].</summary>
public sealed record DutyRules
{
    public const string File = "duty";

    /// <summary>For packs that were written before they could say it.</summary>
    public static DutyRules Unsaid { get; } = new();

    /// <summary>How far ahead hours that nobody covers are looked for.</summary>
    public TimeSpan LookAhead { get; init; } = TimeSpan.FromDays(14);

    /// <summary>So long before they begin, whoever keeps the roster is paged; the longest first.</summary>
    public ImmutableArray<TimeSpan> GapNoticeBefore { get; init; } = [TimeSpan.FromDays(1), TimeSpan.FromHours(2)];

    /// <summary>The escalation that does it.</summary>
    public string GapPages { get; init; } = "base";

    /// <summary>The code that verifies a telephone: how long it holds, and how often it may be tried and sent.</summary>
    public CodeRules ContactCode { get; init; } = new(TimeSpan.FromMinutes(10), 5, 3);

    /// <summary>Whoever was trained longer ago is put on no roster.</summary>
    public TimeSpan TrainingValidFor { get; init; } = TimeSpan.FromDays(366);

    /// <summary>The escalation that tells that somebody can no longer be reached by text or call.</summary>
    public string ChannelOffPages { get; init; } = "base";

    /// <summary>How one shift hands over to the next.</summary>
    public HandOverRules HandOver { get; init; } = new("DutyOfficer", TimeSpan.FromMinutes(30), "base");

    /// <summary>After which cases a debrief is owed.</summary>
    public DebriefRules Debrief { get; init; } = new([], [], []);

    /// <summary>How a communication drill goes.</summary>
    public DrillRules Drill { get; init; } = new("base", TimeSpan.FromMinutes(15), 20, TimeSpan.FromSeconds(10), TimeSpan.FromDays(28));

    public Source Law { get; init; } = new("design 6", Mark.Design);

    internal static DutyRules Read(Entry root)
    {
        if (root.Only("duty").Need("duty") is not { } duty) return Unsaid;
        duty.Only("lookAhead", "gapNoticeBefore", "gapPages", "contactCode", "trainingValidFor", "channelOffPages", "handOver", "debrief", "drill", "law");
        var before = (duty.Need("gapNoticeBefore")?.Items() ?? []).Select(SettingsReaders.Natural).OrderDescending().ToImmutableArray();
        if (duty.At("gapNoticeBefore") is { } list && before.IsEmpty)
            duty.Findings.Add(list.Place, new("空缺无人会被提前告知", "nobody would hear of a gap in advance"), new("至少写一个提前量", "write at least one length of time"));
        return new()
        {
            LookAhead = Length(duty, "lookAhead"), GapNoticeBefore = before, GapPages = Plan(duty, "gapPages"),
            ContactCode = duty.Need("contactCode") is { } code ? Code(code) : Unsaid.ContactCode,
            TrainingValidFor = Length(duty, "trainingValidFor"), ChannelOffPages = Plan(duty, "channelOffPages"),
            HandOver = duty.Need("handOver") is { } hands ? Hands(hands) : Unsaid.HandOver, Debrief = duty.At("debrief") is { } debrief ? Debriefs(debrief) : Unsaid.Debrief,
            Drill = duty.At("drill") is { } drill ? Drilling(drill) : Unsaid.Drill, Law = duty.Law(),
        };
    }

    private static CodeRules Code(Entry code)
    {
        code.Only("validFor", "triesMax", "perHourMax");
        return new(Length(code, "validFor"), SettingsReaders.AtLeastOne(code, "triesMax"), SettingsReaders.AtLeastOne(code, "perHourMax"));
    }

    private static HandOverRules Hands(Entry hands)
    {
        hands.Only("role", "signWithin", "unsignedPages");
        if (hands.At("role") is { } role) hands.Findings.Note("duty/role", role.Place);
        return new(hands.Word("role"), Length(hands, "signWithin"), Plan(hands, "unsignedPages"));
    }

    private static DebriefRules Debriefs(Entry debrief)
    {
        debrief.Only("levels", "after", "afterDeath");
        foreach (var key in new[] { "after", "afterDeath" })
            foreach (var step in debrief.At(key)?.Items() ?? []) debrief.Findings.Note("duty/debrief/" + step.Word(), step.Place);
        return new(debrief.Words("levels"), debrief.Words("after"), debrief.Words("afterDeath"));
    }

    private static DrillRules Drilling(Entry drill)
    {
        drill.Only("plan", "answerWithin", "atOnce", "nextAfter", "repeatEvery");
        if (drill.Number("atOnce") > DrillRules.AtOnceMax)
            drill.Findings.Add(drill.At("atOnce")!.Place, new("同时呼叫的人太多", "too many people at once"),
                new($"不超过 {DrillRules.AtOnceMax}", $"write {DrillRules.AtOnceMax} or less"));
        return new(
            Plan(drill, "plan"), Length(drill, "answerWithin"), SettingsReaders.AtLeastOne(drill, "atOnce"), Length(drill, "nextAfter"),
            Length(drill, "repeatEvery"));
    }

    private static TimeSpan Length(Entry entry, string key) => entry.Need(key) is { } length ? SettingsReaders.Natural(length) : TimeSpan.Zero;

    private static string Plan(Entry duty, string key)
    {
        if (duty.At(key) is { } plan) duty.Findings.Note("duty/" + key, plan.Place);
        return duty.Word(key);
    }

    /// <summary>Every escalation it names must be there.</summary>
    internal void Check(Pack pack, Findings findings)
    {
        foreach (var (key, plan) in new[] { ("gapPages", GapPages), ("channelOffPages", ChannelOffPages), ("unsignedPages", HandOver.UnsignedPages), ("plan", Drill.Plan) })
            if (!pack.Escalations.ContainsKey(plan))
                findings.Add(findings.Where("duty/" + key), new($"没有呼叫方案“{plan}”", $"no escalation '{plan}'"),
                    Findings.Suggest(plan, [.. pack.Escalations.Keys]));
        var triggers = pack.Machines.GetValueOrDefault("case")?.Steps.Select(s => s.Trigger).ToHashSet() ?? [];
        foreach (var step in Debrief.After.Concat(Debrief.AfterDeath).Where(step => !triggers.Contains(step)))
            findings.Add(findings.Where("duty/debrief/" + step), new($"个案没有步骤“{step}”", $"the case has no step '{step}'"), Findings.Suggest(step, [.. triggers]));
        if (!pack.Roles.ContainsKey(HandOver.Role))
            findings.Add(findings.Where("duty/role"), new($"未知的角色“{HandOver.Role}”", $"unknown role '{HandOver.Role}'"),
                Findings.Suggest(HandOver.Role, [.. pack.Roles.Keys]));
    }
}

/// <summary>How a code that was sent may be used.</summary>
public sealed record CodeRules(TimeSpan ValidFor, int TriesMax, int PerHourMax);

/// <summary>A debrief is owed once a case that was ever of these levels takes one of the steps <paramref name="After"/>, and any case
/// that takes one of <paramref name="AfterDeath"/>.</summary>
public sealed record DebriefRules(ImmutableArray<string> Levels, ImmutableArray<string> After, ImmutableArray<string> AfterDeath);

/// <summary>Whose shifts hand over, and by when both have signed; else the escalation pages.</summary>
public sealed record HandOverRules(string Role, TimeSpan SignWithin, string UnsignedPages);

/// <summary>How a communication drill goes: the escalation that tries one person, by when they have answered, how many are rung together
/// and how long after them the next, and how far apart the drills of a series are.</summary>
public sealed record DrillRules(string Plan, TimeSpan AnswerWithin, int AtOnce, TimeSpan NextAfter, TimeSpan RepeatEvery)
{
    /// <summary>What one append may write.</summary>
    public const int AtOnceMax = 40;
}

using System.Collections.Immutable;

namespace Hotline.Workflow;

/// <summary>What the pack says of duty (duty.yaml) [design].</summary>
/// <param name="LookAhead">How far ahead hours that nobody covers are looked for.</param>
/// <param name="GapNoticeBefore">So long before they begin, whoever keeps the roster is paged; the longest first.</param>
/// <param name="GapPages">The escalation that does it.</param>
public sealed record DutyRules(TimeSpan LookAhead, ImmutableArray<TimeSpan> GapNoticeBefore, string GapPages, Source Law)
{
    public const string File = "duty";

    /// <summary>For packs that were written before they could say it.</summary>
    public static DutyRules Unsaid { get; } =
        new(TimeSpan.FromDays(14), [TimeSpan.FromDays(1), TimeSpan.FromHours(2)], "base", new("design 6", Mark.Design));

    internal static DutyRules Read(Entry root)
    {
        if (root.Only("duty").Need("duty") is not { } duty) return Unsaid;
        duty.Only("lookAhead", "gapNoticeBefore", "gapPages", "law");
        var before = (duty.Need("gapNoticeBefore")?.Items() ?? []).Select(SettingsReaders.Natural).OrderDescending().ToImmutableArray();
        if (duty.At("gapNoticeBefore") is { } list && before.IsEmpty)
            duty.Findings.Add(list.Place, new("空缺无人会被提前告知", "nobody would hear of a gap in advance"), new("至少写一个提前量", "write at least one length of time"));
        if (duty.At("gapPages") is { } pages) duty.Findings.Note("duty/gapPages", pages.Place);
        return new(duty.Need("lookAhead") is { } ahead ? SettingsReaders.Natural(ahead) : Unsaid.LookAhead, before, duty.Word("gapPages"), duty.Law());
    }

    /// <summary>Every escalation it names must be there.</summary>
    internal void Check(Pack pack, Findings findings)
    {
        if (!pack.Escalations.ContainsKey(GapPages))
            findings.Add(findings.Where("duty/gapPages"), new($"没有呼叫方案“{GapPages}”", $"no escalation '{GapPages}'"),
                Findings.Suggest(GapPages, [.. pack.Escalations.Keys]));
    }
}

using System.Collections.Immutable;
using System.Globalization;

namespace Hotline.Workflow;

/// <summary>Reads the pack's lists: clocks and periods, roles, organisations, triage, escalations, calendar, overlays.</summary>
internal static class SettingsReaders
{
    public static ImmutableDictionary<string, ClockRule> Clocks(Entry root) => root.Only("clocks", "periods")
        .Need("clocks")?.Pairs().ToImmutableDictionary(pair => pair.Name, pair =>
        {
            var (code, at, entry) = pair;
            entry.Findings.Note($"clocks/{code}", at);
            entry.Only("name", "within", "by", "warnBefore", "breachPages", "repeats", "locked", "inside", "law");
            if (entry.At("breachPages") is { } pages) entry.Findings.Note($"clocks/{code}/breachPages", pages.Place);
            var by = entry.WordOrNone("by") ?? "triage";
            return new ClockRule
            {
                Code = code,
                Name = entry.Both("name"),
                By = by,
                Within = Within(entry, by == "risk" ? RiskLevels : TriageLevels, whole: true),
                WarnBefore = entry.At("warnBefore") is { } warn ? Natural(warn) : null,
                BreachPages = entry.Word("breachPages"),
                Repeats = entry.Flag("repeats"),
                Locked = entry.Flag("locked"),
                Inside = entry.At("inside")?.Only("fact", "by") is { } inside ? new(inside.Word("fact"), Natural(inside.Need("by")!)) : null,
                Law = entry.Law(),
            };
        }) ?? ImmutableDictionary<string, ClockRule>.Empty;

    public static ImmutableDictionary<string, Period> Periods(Entry root) => root.At("periods")?.Pairs()
        .ToImmutableDictionary(pair => pair.Name, pair =>
        {
            pair.Value.Findings.Note($"periods/{pair.Name}", pair.At);
            var entry = pair.Value.Only("name", "length", "locked", "law");
            return new Period(pair.Name, entry.Both("name"), Length(entry.Need("length")), entry.Flag("locked"), entry.Law());
        }) ?? ImmutableDictionary<string, Period>.Empty;

    public static ImmutableDictionary<string, RoleRule> Roles(Entry root) => root.Only("roles")
        .Need("roles")?.Pairs().ToImmutableDictionary(pair => pair.Name, pair =>
        {
            pair.Value.Findings.Note($"roles/{pair.Name}", pair.At);
            var entry = pair.Value.Only("title", "rights", "scope", "law");
            foreach (var right in entry.At("rights")?.Items() ?? [])
                if (!Names.Rights.Contains(right.Scalar ?? ""))
                    entry.Findings.Add(right.Place, new($"未知的权限“{right.Scalar}”", $"unknown right '{right.Scalar}'"),
                        Findings.Suggest(right.Scalar ?? "", Names.Rights));
            var scope = entry.Word("scope");
            if (scope.Length > 0 && !Names.Scopes.Contains(scope))
                entry.Findings.Add(entry.At("scope")!.Place, new($"未知的范围“{scope}”", $"unknown scope '{scope}'"),
                    Findings.Suggest(scope, Names.Scopes));
            entry.Law();
            return new RoleRule(pair.Name, entry.Both("title"), entry.Words("rights"), scope);
        }) ?? ImmutableDictionary<string, RoleRule>.Empty;

    public static ImmutableDictionary<string, OrganisationType> Organisations(Entry root) => root.Only("organisations")
        .Need("organisations")?.Pairs().ToImmutableDictionary(pair => pair.Name, pair =>
        {
            var entry = pair.Value.Only("title", "mandatedReporter", "receivesChildren", "visits", "roles", "law");
            foreach (var role in entry.At("roles")?.Items() ?? [])
                entry.Findings.Note($"organisations/{pair.Name}/{role.Scalar}", role.Place);
            return new OrganisationType(
                pair.Name, entry.Both("title"), entry.Flag("mandatedReporter"), entry.Words("roles"), entry.Law())
            {
                ReceivesChildren = entry.Flag("receivesChildren"), Visits = entry.Flag("visits"),
            };
        }) ?? ImmutableDictionary<string, OrganisationType>.Empty;

    public static TriageRule Triage(Entry root)
    {
        root.Only("T2", "T3", "T4", "law").Law();
        var seen = new HashSet<string>();
        ImmutableHashSet<string> List(string level)
        {
            foreach (var item in root.Need(level)?.Items() ?? [])
                if (!Names.Categories.Contains(item.Scalar ?? ""))
                    root.Findings.Add(item.Place, new($"未知的类别“{item.Scalar}”", $"unknown category '{item.Scalar}'"),
                        Findings.Suggest(item.Scalar ?? "", Names.Categories));
                else if (!seen.Add(item.Scalar!))
                    root.Findings.Add(item.Place, new($"类别“{item.Scalar}”出现两次", $"category '{item.Scalar}' stands twice"),
                        new("只保留一处", "keep one of them"));
            return [.. root.Words(level)];
        }
        var rule = new TriageRule(List("T2"), List("T3"), List("T4"));
        // UnattendedChild is T2 under 16 by the function itself and has its list entry for the others.
        foreach (var missing in Names.Categories.Except(seen))
            root.Findings.Add(root.Place, new($"类别“{missing}”没有分级", $"category '{missing}' has no level"),
                new($"把“{missing}”写入 T2、T3 或 T4", $"put '{missing}' under T2, T3 or T4"));
        return rule;
    }

    public static Escalation Escalation(Entry root)
    {
        root.Only("escalation", "title", "steps", "repeatEvery", "idleAfterAcknowledge", "law");
        var name = root.Word("escalation");
        root.Findings.Note($"escalations/{name}", root.Place);
        var steps = ImmutableArray.CreateBuilder<EscalationStep>();
        foreach (var step in root.Need("steps")?.Items() ?? [])
        {
            step.Only("after", "role", "level", "shift", "person", "channels");
            var read = new EscalationStep(Waits(step), step.Word("role"), step.Word("level"), step.Words("channels"))
            {
                Shift = step.WordOrNone("shift"), Person = step.WordOrNone("person"),
            };
            if (TriageLevels.Any(level => steps.Select(s => s.After(level)).Max() > read.After(level)))
                step.Findings.Add(step.Place, new("呼叫步骤须按时间先后排列", "steps must stand in the order of time"),
                    new("按 after 从小到大排列，每个级别都如此", "sort them by 'after', at each level"));
            step.Findings.Note($"escalations/{name}/{step.WordOrNone("role")}", step.At("role")?.Place ?? step.Place);
            Among(step, "level", Names.Levels);
            if (read.Shift is not null) Among(step, "shift", Names.Shifts);
            foreach (var channel in step.At("channels")?.Items() ?? [])
                if (!Names.Channels.Contains(channel.Scalar ?? ""))
                    step.Findings.Add(channel.Place, new($"未知的渠道“{channel.Scalar}”", $"unknown channel '{channel.Scalar}'"),
                        Findings.Suggest(channel.Scalar ?? "", Names.Channels));
            steps.Add(read);
        }
        if (steps.All(s => !s.Waits.ContainsKey(EscalationStep.Any)))
            root.Findings.Add(root.Place, new("呼叫方案没有适用于每个级别的步骤，可能无人被呼叫", "the plan has no step for every level: nobody would be called"),
                new("至少写一个适用于每个级别的步骤", "write at least one step that holds for each level"));
        return new(name, root.Both("title"), steps.ToImmutable(), root.Need("repeatEvery") is { } every ? Natural(every) : default,
            root.Need("idleAfterAcknowledge") is { } idle ? Natural(idle) : default, root.Law());
    }

    /// <summary>One wait for all, or by level: <c>{T1: PT45S, any: PT2M}</c>.</summary>
    private static ImmutableDictionary<string, TimeSpan> Waits(Entry step)
    {
        if (step.Need("after") is not { } after) return ImmutableDictionary<string, TimeSpan>.Empty;
        if (!after.IsMap) return ImmutableDictionary<string, TimeSpan>.Empty.Add(EscalationStep.Any, Natural(after));
        after.Only([.. TriageLevels, EscalationStep.Any]);
        return after.Pairs().ToImmutableDictionary(pair => pair.Name, pair => Natural(pair.Value));
    }

    public static RingingRules Ringing(Entry root)
    {
        root.Only("sameMoment", "beforeChildLeaves", "askProviderAfter", "askProviderTimes", "law");
        TimeSpan Of(string key) => root.Need(key) is { } entry ? Natural(entry) : TimeSpan.Zero;
        return new(Of("sameMoment"), Of("beforeChildLeaves"), Of("askProviderAfter"), AtLeastOne(root, "askProviderTimes"), root.Law());
    }

    internal static int AtLeastOne(Entry root, string key)
    {
        if (root.Need(key) is { } entry && root.Number(key) is { } number and < 1)
            entry.Findings.Add(entry.Place, new($"“{number}”太小", $"{number} is too few"), new("至少为 1", "write 1 or more"));
        return Math.Max(1, root.Number(key) ?? 1);
    }

    internal static readonly string[] TriageLevels = ["T1", "T2", "T3", "T4"];
    internal static readonly string[] RiskLevels = ["Critical", "High", "Medium", "Low"];

    internal static ImmutableDictionary<string, Span> Within(Entry entry, string[] levels, bool whole)
    {
        if (entry.Need("within") is not { } within) return ImmutableDictionary<string, Span>.Empty;
        within.Only([.. levels, "any"]);
        var spans = within.Pairs().ToImmutableDictionary(pair => pair.Name, pair => Length(pair.Value));
        if (whole && within.IsMap && !spans.ContainsKey("any") && levels.Except(spans.Keys).FirstOrDefault() is { } missing)
            within.Findings.Add(within.Place, new($"缺少级别“{missing}”", $"level '{missing}' is missing"),
                new($"补上“{missing}:”或“any:”", $"add '{missing}:' or 'any:'"));
        return spans;
    }

    internal static Span Length(Entry? entry)
    {
        if (entry is null) return new("PT0S", false);
        if (Span.Parse(entry.Scalar ?? "") is { } span) return span;
        entry.Findings.Add(entry.Place, new($"“{entry.Scalar}”不是期限", $"'{entry.Scalar}' is not a length of time"),
            new("如 PT15M、P7D、P6M，或 P1D working（工作日）", "write PT15M, P7D, P6M, or P1D working (working days)"));
        return new("PT0S", false);
    }

    internal static TimeSpan Natural(Entry? entry) =>
        entry?.Scalar == "PT0S" ? TimeSpan.Zero : Length(entry).AtMost;

    private static void Among(Entry entry, string key, IReadOnlyCollection<string> known)
    {
        if (entry.Need(key) is { } value && !known.Contains(value.Scalar ?? ""))
            entry.Findings.Add(value.Place, new($"未知的值“{value.Scalar}”", $"unknown value '{value.Scalar}'"),
                Findings.Suggest(value.Scalar ?? "", known));
    }

    public static WorkCalendar Calendar(Entry hours, IReadOnlyList<Entry> years)
    {
        hours.Only("timeZone", "dayStarts", "dayEnds", "law");
        var law = hours.Law();
        var calendar = new WorkCalendar([], [], [], Hour(hours, "dayStarts", new(9, 0)), Hour(hours, "dayEnds", new(17, 30)),
            hours.Word("timeZone"), law);
        foreach (var year in years)
        {
            year.Only("year", "off", "work", "law").Law();
            calendar = calendar with
            {
                PublishedYears = calendar.PublishedYears.Add(year.Number("year") ?? 0),
                Off = calendar.Off.Union(Days(year, "off")),
                Work = calendar.Work.Union(Days(year, "work")),
            };
        }
        return calendar;
    }

    internal static TimeOnly Hour(Entry entry, string key, TimeOnly usual) =>
        TimeOnly.TryParseExact(entry.Word(key), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : Wrong(entry, key, usual);

    private static TimeOnly Wrong(Entry entry, string key, TimeOnly usual)
    {
        if (entry.At(key) is { } at)
            entry.Findings.Add(at.Place, new("不是时刻", "not a time of day"), new("如 09:00", "write 09:00"));
        return usual;
    }

    /// <summary>"2026-01-01..2026-01-03" or a single day.</summary>
    private static IEnumerable<DateOnly> Days(Entry year, string key)
    {
        foreach (var item in year.At(key)?.Items() ?? [])
        {
            var ends = (item.Scalar ?? "").Split("..");
            if (ends.Length is 1 or 2 && Day(ends[0]) is { } first && Day(ends[^1]) is { } last && first <= last
                && first.Year == year.Number("year") && last.Year == first.Year)
                for (var day = first; day <= last; day = day.AddDays(1)) yield return day;
            else
                item.Findings.Add(item.Place, new($"“{item.Scalar}”不是该年的日期", $"'{item.Scalar}' is no day of that year"),
                    new("如 2026-01-01 或 2026-01-01..2026-01-03", "write 2026-01-01 or 2026-01-01..2026-01-03"));
        }
    }

    private static DateOnly? Day(string words) =>
        DateOnly.TryParseExact(words.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    public static Overlay Overlay(Entry root, Pack pack)
    {
        root.Only("division", "title", "coordinatingBody", "hotlines", "neighbours", "clocks", "periods", "law").Law();
        var overlay = new Overlay
        {
            Division = root.Word("division"),
            Title = root.Both("title"),
            CoordinatingBody = root.At("coordinatingBody") is { } body ? body.Only("zh", "en").Both() : null,
            Hotlines = root.At("hotlines")?.Pairs().ToImmutableDictionary(pair => pair.Name, pair => pair.Value.Word())
                ?? ImmutableDictionary<string, string>.Empty,
            Neighbours = root.At("neighbours") is null ? [] : root.Words("neighbours"),
        };
        foreach (var (code, at, entry) in root.At("clocks")?.Pairs() ?? [])
        {
            if (!pack.Clocks.TryGetValue(code, out var rule)) { Unknown(root, at, code, [.. pack.Clocks.Keys]); continue; }
            var within = Within(entry.Only("within"), rule.By == "risk" ? RiskLevels : TriageLevels, whole: false);
            overlay = overlay with { Clocks = overlay.Clocks.SetItem(code, within) };
            foreach (var (level, _, value) in entry.At("within")?.Pairs() ?? [])
                if (rule.Locked && within.TryGetValue(level, out var span) && span.AtMost > rule.For(level).AtMost)
                    Loosened(value, code, rule.For(level), "shorter");
        }
        foreach (var (code, at, value) in root.At("periods")?.Pairs() ?? [])
        {
            if (!pack.Periods.TryGetValue(code, out var rule)) { Unknown(root, at, code, [.. pack.Periods.Keys]); continue; }
            var span = Length(value);
            overlay = overlay with { Periods = overlay.Periods.SetItem(code, span) };
            if (rule.Locked && span.AtMost < rule.Length.AtMost) Loosened(value, code, rule.Length, "longer");
        }
        return overlay;
    }

    private static void Unknown(Entry root, Place at, string code, string[] known) => root.Findings.Add(
        at, new($"未知的期限“{code}”", $"unknown clock or period '{code}'"), Findings.Suggest(code, known));

    private static void Loosened(Entry value, string code, Span held, string way) => value.Findings.Add(value.Place,
        new($"“{code}”已锁定（{held}），地方规定不得放宽", $"'{code}' is locked at {held}: a division may not loosen it"),
        new($"删去此行，或只{(way == "shorter" ? "缩短" : "延长")}", $"remove the line, or only make it {way}"));
}

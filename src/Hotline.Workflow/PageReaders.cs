using System.Collections.Immutable;

namespace Hotline.Workflow;

/// <summary>Reads what page.yaml says beside states and steps.</summary>
internal static class PageReaders
{
    public static GatewayRules Gateways(Entry root)
    {
        root.Only("mainland", "elsewhere", "tryAgainAfter", "law");
        return new(Order(root, "mainland"), Order(root, "elsewhere"), SettingsReaders.Length(root.Need("tryAgainAfter")).AtMost, root.Law());
    }

    public static LimitRules Limits(Entry root)
    {
        root.Only("every", "atMost", "within", "emergencies", "emergenciesAtOnce", "household", "budget", "quiet", "perSecond", "law");
        return new(
            SettingsReaders.Natural(root.Need("every")), SettingsReaders.AtLeastOne(root, "atMost"), SettingsReaders.Natural(root.Need("within")),
            Words(root, "emergencies", SettingsReaders.TriageLevels), Quiet(root), PerSecond(root), root.Law())
        {
            EmergenciesAtOnce = SettingsReaders.AtLeastOne(root, "emergenciesAtOnce"),
            Household = root.At("household") is { } household ? SettingsReaders.Natural(household) : TimeSpan.Zero,
            Budget = root.At("budget") is { } budget ? Budget(budget) : LimitRules.Unsaid.Budget,
        };
    }

    private static BudgetRule Budget(Entry budget)
    {
        budget.Only("alarms", "within", "overrunFor");
        return new(
            SettingsReaders.AtLeastOne(budget, "alarms"), SettingsReaders.Natural(budget.Need("within")), SettingsReaders.Natural(budget.Need("overrunFor")));
    }

    private static QuietRule Quiet(Entry root)
    {
        if (root.At("quiet") is not { } quiet) return QuietRule.None;
        quiet.Only("from", "to", "triage", "roles");
        foreach (var role in quiet.At("roles")?.Items() ?? []) quiet.Findings.Note($"page/limits/quiet/{role.Scalar}", role.Place);
        return new(SettingsReaders.Hour(quiet, "from", new(22, 0)), SettingsReaders.Hour(quiet, "to", new(7, 0)),
            Words(quiet, "triage", SettingsReaders.TriageLevels), quiet.Words("roles"));
    }

    private static ImmutableDictionary<string, int> PerSecond(Entry root)
    {
        if (root.At("perSecond") is not { } rates) return ImmutableDictionary<string, int>.Empty;
        rates.Only([.. Names.Gateways]);
        return rates.Pairs().Where(pair => Names.Gateways.Contains(pair.Name))
            .ToImmutableDictionary(pair => pair.Name, pair => SettingsReaders.AtLeastOne(rates, pair.Name));
    }

    private static ImmutableArray<string> Words(Entry root, string key, string[] known)
    {
        foreach (var one in root.At(key)?.Items() ?? [])
            if (!known.Contains(one.Scalar ?? ""))
                one.Findings.Add(one.Place, new($"未知的值“{one.Scalar}”", $"unknown value '{one.Scalar}'"), Findings.Suggest(one.Scalar ?? "", known));
        return root.Words(key);
    }

    private static ImmutableArray<string> Order(Entry root, string key)
    {
        var named = root.Need(key)?.Items() ?? [];
        foreach (var one in named)
            if (!Names.Gateways.Contains(one.Scalar ?? ""))
                one.Findings.Add(one.Place, new($"未知的网关“{one.Scalar}”", $"unknown gateway '{one.Scalar}'"), Findings.Suggest(one.Scalar ?? "", Names.Gateways));
        if (!named.Any())
            root.Findings.Add(root.Place, new($"“{key}”没有网关，无人会被呼叫", $"'{key}' names no gateway: nobody would be called"),
                new("至少写一个网关", "name at least one"));
        return [.. named.Select(one => one.Scalar ?? "")];
    }
}

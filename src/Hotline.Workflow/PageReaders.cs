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

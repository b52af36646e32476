namespace Hotline.Workflow;

/// <summary>`hotline policy check DIR` and `hotline policy show NAME --format mermaid|xstate|json`.</summary>
public static class PolicyCommand
{
    private const string Usage =
        """
        hotline policy check DIR                                       读取并核对政策包 / read and check a policy pack
        hotline policy show NAME [--format mermaid|xstate|json] [--dir DIR]    输出流程 / draw a procedure
        """;

    /// <param name="args">What follows the word "policy".</param>
    /// <returns>0 fine, 1 the pack has errors or the name is unknown, 2 the call itself was wrong.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter error) => args switch
    {
        ["check", var directory] when !directory.StartsWith('-') => Check(directory, output, error),
        ["show", var name, .. var rest] when !name.StartsWith('-') && Options(rest) is { } options =>
            Show(name, options.Format, options.Directory, output, error),
        _ => Wrong(error),
    };

    private static int Wrong(TextWriter error)
    {
        error.WriteLine(Usage);
        return 2;
    }

    private static (string Format, string Directory)? Options(string[] rest)
    {
        var options = (Format: "mermaid", Directory: "workflows");
        for (var at = 0; at < rest.Length; at += 2)
        {
            if (at + 1 >= rest.Length) return null;
            switch (rest[at], rest[at + 1])
            {
                case ("--format", "mermaid" or "xstate" or "json"): options.Format = rest[at + 1]; break;
                case ("--dir", var directory): options.Directory = directory; break;
                default: return null;
            }
        }
        return options;
    }

    private static int Check(string directory, TextWriter output, TextWriter error)
    {
        if (Loaded(directory, error) is not { } pack) return 1;
        output.WriteLine($"{directory}: 政策包无误 / the pack is sound, version {pack.Version}");
        foreach (var machine in pack.Machines.Values.OrderBy(machine => machine.Name, StringComparer.Ordinal))
            output.WriteLine($"  {machine.Name}: {machine.Title.Zh} {machine.Title.En}, " +
                $"{machine.Leaves.Count()} 状态 states, {machine.Steps.Length} 步骤 steps");
        return 0;
    }

    private static int Show(string name, string format, string directory, TextWriter output, TextWriter error)
    {
        if (Loaded(directory, error) is not { } pack) return 1;
        if (!pack.Machines.TryGetValue(name, out var machine))
        {
            error.WriteLine($"没有流程“{name}” / no machine '{name}': {string.Join(", ", pack.Machines.Keys.Order(StringComparer.Ordinal))}");
            return 1;
        }
        output.WriteLine(format switch
        {
            "xstate" => PolicyExport.Write(PolicyExport.XState(machine)),
            "json" => PolicyExport.Write(PolicyExport.Json(machine)),
            _ => PolicyExport.Mermaid(machine).TrimEnd(),
        });
        return 0;
    }

    private static Pack? Loaded(string directory, TextWriter error)
    {
        if (!Directory.Exists(directory))
        {
            error.WriteLine($"没有目录“{directory}” / no directory '{directory}'");
            return null;
        }
        var load = PackLoader.Load(directory);
        foreach (var wrong in load.Errors) error.WriteLine(wrong);
        if (load.Pack is null) error.WriteLine($"{load.Errors.Length} 处错误 / errors");
        return load.Pack;
    }
}

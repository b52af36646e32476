using System.Text.RegularExpressions;

namespace Hotline.Benchmarks.Server;

/// <summary>Samples of perf, each a stack: by whose code ran (self), by who was waiting for it on the stack (inclusive), by
/// library, and by the nearest frame of ours, which is the one that asked for the work.</summary>
internal sealed partial class Stacks
{
    private const int Rows = 30;

    private const string Optimiser = ".NET Tiered";

    private sealed record Frame(string Library, string Name)
    {
        public bool Ours => Library.StartsWith("hotline", StringComparison.OrdinalIgnoreCase);

        public override string ToString() => $"{Library} {Name}";
    }

    private readonly Dictionary<string, int> self = [], oursInclusive = [], othersInclusive = [], nearest = [], libraries = [], threads = [];
    private readonly Dictionary<string, Frame> known = [];
    private int samples, threadSamples;

    public static async Task<Stacks> Read(StreamReader script)
    {
        var stacks = new Stacks();
        var (thread, frames) = ("", new List<Frame>());
        while (await script.ReadLineAsync() is { } line)
        {
            if (line.Length == 0)
            {
                stacks.Add(thread, frames);
                frames.Clear();
            }
            else if (char.IsWhiteSpace(line[0]) && thread.Length > 0) frames.Add(stacks.FrameOf(line.Trim()));
            else thread = line.Trim();
        }
        stacks.Add(thread, frames);
        return stacks;
    }

    private void Add(string thread, List<Frame> frames)
    {
        if (frames.Count == 0) return;
        threadSamples++;
        Count(threads, thread);
        // Optimising is work of the first minutes alone.
        if (thread.StartsWith(Optimiser, StringComparison.Ordinal)) return;
        samples++;
        Count(self, $"{frames[0]}");
        Count(libraries, frames[0].Library);
        foreach (var frame in frames.Where(f => f.Name != "?" && !Machinery().IsMatch(f.Name)).Distinct()) Count(frame.Ours ? oursInclusive : othersInclusive, $"{frame}");
        Count(nearest, frames.Find(f => f.Ours)?.Name ?? "(none of ours on the stack)");
    }

    private static void Count(Dictionary<string, int> counts, string name) => counts[name] = counts.GetValueOrDefault(name) + 1;

    /// <summary>A line is <c>address symbol (file)</c>; a managed symbol is <c>signature [Library] Type::Method(…)[tier]</c>.</summary>
    private Frame FrameOf(string line)
    {
        line = line[(line.IndexOf(' ') + 1)..];
        if (known.TryGetValue(line, out var frame)) return frame;
        var managed = Managed().Match(line);
        var native = Native().Match(line);
        return known[line] = managed.Success ? new(managed.Groups[1].Value, Named(managed.Groups[2].Value, managed.Groups[3].Value))
            : native.Success ? new(Path.GetFileName(native.Groups[2].Value).TrimEnd(']').TrimStart('['), native.Groups[1].Value.Replace("[unknown]", "?", StringComparison.Ordinal))
            : new("?", "?");
    }

    /// <summary>Without namespaces, and an async method by its own name.</summary>
    private static string Named(string type, string method)
    {
        var name = Namespaces().Replace(type, "");
        return method == "MoveNext" ? Async().Replace(name, ".$1 (async)") : $"{name}.{method}";
    }

    public void Print()
    {
        Top("thread", threads, 8, threadSamples);
        Console.WriteLine("Without the thread that optimises:");
        Console.WriteLine();
        Top("library (self)", libraries, 16, samples);
        Top("nearest frame of ours: who asked for the work", nearest, Rows, samples);
        Top("ours, inclusive", oursInclusive, Rows, samples);
        Top("others', inclusive", othersInclusive, Rows, samples);
        Top("self", self, Rows, samples);
    }

    private static void Top(string what, Dictionary<string, int> counts, int rows, int all)
    {
        var table = new Table("%", what);
        foreach (var (name, count) in counts.OrderByDescending(c => c.Value).Take(rows)) table.Add($"{100.0 * count / all:0.0}", name);
        table.Print();
    }

    [GeneratedRegex(@"\[([A-Za-z_][\w.\-]*)\] (.+)::([^\(\[]+)")]
    private static partial Regex Managed();

    [GeneratedRegex(@"[\w`]+\.(?=[\w<])|System\.|, ?[\w.]+(?=\])")]
    private static partial Regex Namespaces();

    [GeneratedRegex(@"\+<+(\w+)>.*$")]
    private static partial Regex Async();

    /// <summary>What stands between two async methods on every stack.</summary>
    [GeneratedRegex("StateMachineBox|MethodBuilder|ExecutionContext|TaskContinuation|RunContinuations|^start_thread$")]
    private static partial Regex Machinery();

    [GeneratedRegex(@"^(.*) \((.*)\)$")]
    private static partial Regex Native();
}

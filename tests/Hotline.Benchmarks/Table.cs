using System.Globalization;

namespace Hotline.Benchmarks;

/// <summary>Rows as Markdown.</summary>
internal sealed class Table(params string[] columns)
{
    private readonly List<string> rows = [];

    public void Add(params ReadOnlySpan<object> cells) =>
        rows.Add("| " + string.Join(" | ", cells.ToArray().Select(c => Convert.ToString(c, CultureInfo.InvariantCulture))) + " |");

    public void Print()
    {
        Console.WriteLine($"| {string.Join(" | ", columns)} |");
        Console.WriteLine(string.Concat(columns.Select(_ => "|---")) + "|");
        foreach (var row in rows) Console.WriteLine(row);
        Console.WriteLine();
    }
}

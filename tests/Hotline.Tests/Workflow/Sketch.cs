using Hotline.Workflow;

namespace Hotline.Tests.Workflow;

/// <summary>A machine drawn in a line: "Name:Parent" states; further states appear as steps name them.</summary>
public sealed class Sketch(params string[] states)
{
    private readonly List<Step> steps = [];
    private readonly Dictionary<string, State> known = states
        .Select(words => words.Split(':'))
        .ToDictionary(parts => parts[0], parts => At(parts[0], parts.ElementAtOrDefault(1)));

    public Sketch With(string from, string trigger, string? to, params string[] guards)
    {
        foreach (var name in new[] { from, to }.OfType<string>()) known.TryAdd(name, At(name, null));
        steps.Add(new()
        {
            Name = $"{trigger}{steps.Count}", Trigger = trigger, Title = new("步", "step"), From = [from], To = to, Who = ["System"],
            Guards = [.. guards], Event = $"happened_{steps.Count}", Law = new("test", Mark.Design),
        });
        return this;
    }

    public Machine Build() => new()
    {
        Name = "sketch", Title = new("草图", "sketch"), Initial = known.Keys.First(), States = [.. known.Values], Steps = [.. steps],
    };

    private static State At(string name, string? parent) => new(name, new("态", name), parent, false, false, null, []);
}

using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Hotline.Simulator.City;

/// <summary>One story on its way: written down, filed, paged, worked on, ended.</summary>
public sealed class Filing(Narrative narrative, string key)
{
    public const string Waiting = "waiting";
    public const string Filed = "filed";
    public const string Answered = "answered";
    public const string NoPage = "no page";
    public const string LeftAlone = "left alone";
    public const string Ended = "ended";

    public Narrative Narrative { get; } = narrative;
    public string Key { get; } = key;
    public JsonObject? Report { get; set; }

    /// <summary>When it was filed, by the demo's clock.</summary>
    public DateTimeOffset FiledAt { get; set; }
    public string? ReportNumber { get; set; }
    public string? Triage { get; set; }
    public string State { get; set; } = Waiting;

    /// <summary>Nothing more happens to it: it came to its end, or the server would not have it.</summary>
    public bool IsOver => State == Ended || State.StartsWith("refused", StringComparison.Ordinal);

    /// <summary>Not looked at before this moment of the machine's clock; a moved demo clock brings it forward.</summary>
    public DateTimeOffset LookAt { get; set; }

    /// <summary>How far the demo's clock had been moved at the last look that found nothing to do; null while there is.</summary>
    public TimeSpan? Rests { get; set; }

    /// <summary>States of the report and its cases, as last seen.</summary>
    public string Stands { get; set; } = "";

    /// <summary>The first case that it opened.</summary>
    public string? Case { get; set; }

    /// <summary>Steps taken, and refused with the server's words: there should be none of those.</summary>
    public int Steps { get; set; }
    public List<string> Refused { get; } = [];

    internal Memory Memory { get; } = new();
}

/// <summary>What the city has done in the present state of each machine of a file, so that it does nothing over and over.</summary>
internal sealed class Memory
{
    /// <summary>Who has no business there: accounts and paths that were answered by 403 or 404.</summary>
    public HashSet<string> Closed { get; } = [];

    // Another story looks here for the case that it follows.
    readonly ConcurrentDictionary<string, (string State, DateTimeOffset Since, Dictionary<string, DateTimeOffset> Taken)> machines = [];

    /// <summary>Notes the state a machine is in; entering one forgets what was done in the last.</summary>
    public void Stands(string machine, string state, DateTimeOffset now)
    {
        if (!machines.TryGetValue(machine, out var known) || known.State != state) machines[machine] = (state, now, []);
    }

    public string? State(string machine) => machines.TryGetValue(machine, out var known) ? known.State : null;

    public DateTimeOffset Since(string machine) => machines[machine].Since;

    public DateTimeOffset? TakenAt(string machine, string trigger) =>
        machines.TryGetValue(machine, out var known) && known.Taken.TryGetValue(trigger, out var at) ? at : null;

    public void Taken(string machine, string trigger, DateTimeOffset now)
    {
        if (machines.TryGetValue(machine, out var known)) known.Taken[trigger] = now;
    }

    public void Forget(string machine, string trigger)
    {
        if (machines.TryGetValue(machine, out var known)) known.Taken.Remove(trigger);
    }
}

using System.Collections.Immutable;
using System.Globalization;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Cases;

/// <summary>What a person filled in, checked and split: plain values, and references to sealed ones.</summary>
public sealed record FormValues(
    ImmutableSortedDictionary<string, string> Fields, ImmutableSortedDictionary<string, SealedRef> Sealed)
{
    public static readonly FormValues Nothing = new(
        ImmutableSortedDictionary<string, string>.Empty, ImmutableSortedDictionary<string, SealedRef>.Empty);

    public static FormValues With(string field, string value) => Nothing with { Fields = Nothing.Fields.Add(field, value) };

    /// <summary>A sealed value counts as given; guards and facts see only that.</summary>
    public string? Value(string field) => Fields.TryGetValue(field, out var value) ? value : Sealed.ContainsKey(field) ? "sealed" : null;
}

/// <summary>Taking a step: the events that follow from the pack's words, clocks included. Pure.</summary>
public static class Stepping
{
    /// <param name="region">The region whose step it is; the file's own machine when left out.</param>
    public static ImmutableArray<Happening> Take(
        Pack pack, CaseFile file, Move.Made move, FormValues filled, Actor by, DateTimeOffset now, Machine? region = null)
    {
        var machine = region ?? pack.Machines[file.Kind];
        var from = file.StateOf(machine);
        var back = move.To == Step.Previous;
        var to = back ? file.CameFrom.GetValueOrDefault(file.Own(machine.Name, from), machine.Initial) : move.To;
        var events = ImmutableArray.CreateBuilder<Happening>();
        events.Add(new StepTaken
        {
            Event = move.Step.Event, Machine = machine.Name, Trigger = move.Step.Trigger, From = from, To = to, By = by, Back = back, Reentered = move.Reentered,
            Fields = filled.Fields, Sealed = filled.Sealed, Facts = Facts(file, move.Step, filled, by, now),
        });
        var after = Fold(file, events, now);
        events.AddRange(Clocks(pack, machine, file, after, move.Step, now));
        after = Fold(file, events, now);
        foreach (var trigger in machine.EntrySteps(from, to, move.Reentered))
            if (machine.Fire(after.StateOf(machine), trigger, _ => true) is Move.Made entry)
            {
                events.AddRange(Take(pack, after, entry, FormValues.Nothing, Actor.System, now, machine));
                after = Fold(file, events, now);
            }
        foreach (var fired in move.Step.Fires)
        {
            events.AddRange(Regions.Follow(pack, after, fired.Machine, fired.Trigger, by, now));
            after = Fold(file, events, now);
        }
        return events.ToImmutable();
    }

    /// <summary>Facts as the step's <c>sets</c> say: constants, "$now", "$by", "$field", else the fact as it stands.</summary>
    private static ImmutableSortedDictionary<string, string> Facts(CaseFile file, Step step, FormValues filled, Actor by, DateTimeOffset now)
    {
        var facts = ImmutableSortedDictionary.CreateBuilder<string, string>();
        foreach (var (name, says) in step.Sets)
        {
            var value = says switch
            {
                "$now" => now.ToUniversalTime().ToString("O"),
                "$by" => by.Id.ToString(),
                _ when says.StartsWith('$') => filled.Value(says[1..]) ?? file.Fact(says[1..]),
                _ => says,
            };
            if (value is not null) facts[name] = value;
        }
        return facts.ToImmutable();
    }

    private static IEnumerable<Happening> Clocks(
        Pack pack, Machine machine, CaseFile before, CaseFile after, Step step, DateTimeOffset now)
    {
        var settles = before.State != after.State && machine.Find(after.State) is { Settled: true };
        var started = step.Starts.ToHashSet();
        foreach (var clock in before.Clocks.Values.Where(c => c.IsOpen))
            if (step.Meets.Contains(clock.Code) || (settles && !started.Contains(clock.Code))) yield return new ClockMet(clock.Code, now);
            else if (step.Pauses.Contains(clock.Code) && clock.State == ClockState.Running)
                yield return new ClockPaused(clock.Code, now, step.Trigger);
            else if (step.Resumes.Contains(clock.Code) && clock.State == ClockState.Paused)
                yield return new ClockResumed(clock.Code, now, Starting(pack, clock.Code, after, now).DueAt);
        foreach (var code in step.Starts)
            // A clock that runs goes on running: starting it again would only hide that somebody is late.
            if (!before.Clocks.TryGetValue(code, out var running) || !running.IsOpen || step.Meets.Contains(code))
                yield return Starting(pack, code, after, now);
        if (before.Triage != after.Triage)
            foreach (var clock in before.Clocks.Values.Where(c => c.State == ClockState.Running && pack.Clocks[c.Code].By == "triage"))
                if (!step.Meets.Contains(clock.Code)) yield return Starting(pack, clock.Code, after, clock.StartedAt);
    }

    /// <summary>The clock as it runs from <paramref name="start"/> at the file's level; a raised level passes the old start,
    /// so it may be due at once.</summary>
    public static ClockStarted Starting(Pack pack, string code, CaseFile file, DateTimeOffset start)
    {
        var rule = pack.Clocks[code];
        var level = rule.By == "risk" ? file.Fact("riskLevel") : file.Triage;
        var (due, provisional) = Clock.DueAt(rule, level, start, pack.Calendar);
        if (rule.Inside is { } theirs && DateTimeOffset.TryParse(
                file.Fact(theirs.Fact), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var deadline) && deadline - theirs.By < due)
            due = (deadline - theirs.By > start ? deadline - theirs.By : start).ToUniversalTime();
        var warn = rule.WarnBefore is { } before && due - before > start ? due - before : (DateTimeOffset?)null;
        return new ClockStarted(code, start, warn, due, provisional);
    }

    public static CaseFile Fold(CaseFile file, IEnumerable<Happening> events, DateTimeOffset now)
    {
        var version = file.Version;
        return events.Aggregate(file, (f, e) => f.Evolve(new Recorded(e, ++version, now)));
    }
}

using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Calls;

/// <summary>What must be known of a telephone event before it is decided on.</summary>
public sealed record Told(TelephoneEvent Event, CallReceived? Opening, Actor? Who, SealedRef? Recording)
{
    /// <summary>What was written, sealed.</summary>
    public SealedRef? Words { get; init; }

    /// <summary>Steps of the machine that follow from it besides those of the event itself.</summary>
    public ImmutableArray<string> Also { get; init; } = [];
}

/// <summary>What follows from what a telephone did. Pure.</summary>
public static class Hearing
{
    /// <summary>Every event leaves its trace; whether it moves the call, the machine says. One that was heard before does nothing,
    /// and one that comes too late moves nothing: they may arrive in any order.</summary>
    public static Decision Decide(StreamKind kind, CaseFile seen, Told told, Pack pack, DateTimeOffset now)
    {
        var what = told.Event;
        if (seen.Call is { } known && known.Heard.Contains(what.Key)) return new Decision.Nothing();
        if (seen.Call is null && told.Opening is null) return new Decision.Nothing();
        var events = ImmutableArray.CreateBuilder<Happening>();
        var file = seen;
        void Add(params IEnumerable<Happening> happened)
        {
            ImmutableArray<Happening> more = [.. happened];
            events.AddRange(more);
            file = Stepping.Fold(file, more, now);
        }
        if (seen.Call is null)
        {
            Add(told.Opening!);
            if (what.What != TelephoneEvent.Text) Add(Take(pack, file, "Arrive", now));
        }
        Add(new CallHeard(what.What, what.Key, what.At));
        if (told.Who is { } who && file.Call!.TakenBy?.Id != who.Id) Add(new CallTaken(who));
        if (told.Recording is { } reference) Add(new CallRecorded(reference, what.RecordingAnnounced));
        if (told.Words is { } words) Add(new CallWritten(words));
        foreach (var trigger in Triggers(pack, what.What, file.State).Concat(told.Also)) Add(Take(pack, file, trigger, now));
        return new Decision.Accepted(Writing.To(kind, file.Id, seen, events.ToImmutable()));
    }

    /// <summary>A line that ended before anybody answered was lost, whatever its keeper calls it.</summary>
    private static IEnumerable<string> Triggers(Pack pack, string what, string state) => what switch
    {
        TelephoneEvent.Answered or TelephoneEvent.Resumed => ["Answer"],
        TelephoneEvent.Held => ["Hold"],
        TelephoneEvent.Text => ["TextArrives"],
        TelephoneEvent.Ended when state == "Answered" => ["End"],
        TelephoneEvent.Ended or TelephoneEvent.Dropped => ["Drop"],
        _ => [],
    };

    /// <summary>The server's own step, where the call's state has it.</summary>
    public static ImmutableArray<Happening> Take(Pack pack, CaseFile file, string trigger, DateTimeOffset now)
    {
        var machine = pack.Machines[CallFacts.Kind];
        var world = new GuardWorld { Pack = pack, File = file, Now = now };
        var step = machine.StepsFrom(file.State).FirstOrDefault(s => s.Trigger == trigger && s.Who.Contains(Workflow.Names.System)
            && s.Guards.All(guard => GuardChecks.Holds(guard, s, world)));
        return step is null ? []
            : Stepping.Take(pack, file, new Move.Made(step, file.State, step.To ?? file.State, step.To == file.State), FormValues.Nothing, Actor.System, now);
    }
}

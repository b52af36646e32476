using System.Collections.Immutable;
using Hotline.Workflow;

namespace Hotline.Cases;

/// <summary>Opening a case for a child of a report. Pure.</summary>
public static class Opening
{
    /// <summary>The events that open a case; at once into emergency response (C12) for T1 and T2.</summary>
    public static ImmutableArray<Happening> Open(
        Pack pack, Guid id, string number, CaseFile report, int childIndex, DateTimeOffset now)
    {
        var received = report.Report!;
        var opened = new CaseOpened(
            number, report.Id, report.Number, childIndex, received.Children[childIndex], report.Division, report.Triage,
            received.Category, received.Grounds, received.Danger, report.PackVersion, report.Exercise);
        var file = Stepping.Fold(CaseFile.Empty(id, CaseKind.Case), [opened], now);
        var machine = pack.Machines[CaseKind.Case];
        // CaseOpened is the machine's entry step OpenCase; its clocks start with it.
        var clocks = machine.EntrySteps("", machine.Initial, true)
            .SelectMany(trigger => machine.Steps.Where(s => s.Trigger == trigger)).SelectMany(s => s.Starts)
            .Select(code => Stepping.Starting(pack, code, file, now));
        ImmutableArray<Happening> events = [opened, .. clocks];
        file = Stepping.Fold(CaseFile.Empty(id, CaseKind.Case), events, now);
        if (report.Triage is "T1" or "T2" && machine.Fire(file.State, "AutoOpen", _ => true) is Move.Made move)
            events = events.AddRange(Stepping.Take(pack, file, move, FormValues.Nothing, Actor.System, now));
        return events;
    }

    /// <summary>One writing a child: the case itself, linked to its siblings, and the attachment on the report.</summary>
    public static (ImmutableArray<Writing> Cases, ImmutableArray<Happening> OnReport) OpenAll(
        Pack pack, StreamKind kind, CaseFile report, IReadOnlyList<(Guid Id, string Number)> names, DateTimeOffset now)
    {
        var cases = names.Select((name, child) => Writing.To(
            kind, name.Id, CaseFile.Empty(name.Id, CaseKind.Case),
            [
                .. Open(pack, name.Id, name.Number, report, child, now),
                .. names.Where(other => other != name).Select(other => new CaseLinked(other.Id, other.Number, "SameIncident")),
            ]));
        return ([.. cases], [.. names.Select((name, child) => new CaseAttached(name.Id, name.Number, child))]);
    }
}

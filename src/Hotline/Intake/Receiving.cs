using System.Collections.Immutable;
using System.Text.Json;
using Hotline.Cases;
using Hotline.Security;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Intake;

/// <summary>Who files: an account, or the public.</summary>
public sealed record Filer(Guid? Account, string Name, string Role, string Division, Guid? Organisation, string? OrganisationType)
{
    public static Filer Of(Caller caller) =>
        new(caller.Id, caller.User, caller.Roles[0], caller.Division, caller.Organisation, caller.OrganisationType);

    public static Filer Public(string division) => new(null, "public", "Public", division, null, null);
}

/// <summary>Names and ids a new report needs, taken before deciding so that deciding stays pure.</summary>
public sealed record ReportNames(
    Guid Report, string Number, Guid ReporterPerson, ImmutableArray<Guid> Children, ImmutableArray<Guid> Suspects,
    ImmutableArray<(Guid Id, string Number)> Cases);

/// <summary>What of a report is personal, in the order in which it is sealed, and the way back into the event.</summary>
public static class Receiving
{
    private const int WarningsMax = 100;

    /// <summary>Our time to answer the work order of another line.</summary>
    private const string OrderClock = "order-answer";

    /// <summary>Every personal value of the form with its owner and class (domain 8.1).</summary>
    public static IReadOnlyList<(string Field, ToSeal Value)> Personal(ReportForm form, ReportNames names)
    {
        var values = new List<(string, ToSeal)>();
        void Add(string field, Guid owner, int sensitivity, string? text)
        {
            if (text is not null) values.Add((field, new ToSeal(owner, sensitivity, text, FirstTime: true)));
        }
        Add("situationText", names.Report, form.Category == "SexualAbuse" ? 4 : 3, form.SituationText);
        Add("locationText", names.Report, 3, form.LocationText);
        Add("obstructedBy", names.Report, 4, form.ObstructedBy);
        Add("policeReceiptNo", names.Report, 2, form.PoliceReceiptNo);
        if (form.Aside.Length > 0) Add("aside", names.Report, 4, JsonSerializer.Serialize(form.Aside, Codec.Json));
        Add("reporter.name", names.ReporterPerson, 4, form.ReporterName);
        Add("reporter.phone", names.ReporterPerson, 4, form.ReporterPhone);
        Add("reporter.safeContact", names.ReporterPerson, 4, form.SafeContact);
        for (var i = 0; i < form.Children.Length; i++)
        {
            var (child, owner, at) = (form.Children[i], names.Children[i], $"children[{i}].");
            Add(at + "name", owner, 3, child.Name);
            Add(at + "birthDate", owner, 3, child.BirthDate);
            Add(at + "school", owner, 3, child.School);
            Add(at + "injuryFindings", owner, 4, child.InjuryFindings);
        }
        for (var i = 0; i < form.Suspects.Length; i++) Add($"suspects[{i}].name", names.Suspects[i], 4, form.Suspects[i].Name);
        return values;
    }

    /// <summary>The report's stream, and a case a child for T1 and T2 (C12). Nothing here refuses.</summary>
    public static Decision.Accepted Decide(
        ReportForm form, Filer filer, ReportNames names, IReadOnlyDictionary<string, SealedRef> refs, string contentHash,
        string division, Pack pack, StreamKinds kinds, DateTimeOffset now)
    {
        var triage = Triaging.Of(
            new(form.Danger, form.Grounds, form.Category, form.Children.Length == 0 || form.Children.Any(c => Age(c, now) is null or < 16)),
            pack.Triage);
        var received = Received(form, filer, names, refs, contentHash, division, triage, pack, now);
        var file = Stepping.Fold(CaseFile.Empty(names.Report, CaseKind.Report), [received], now);
        var machine = pack.Machines[CaseKind.Report];
        var acknowledge = machine.Steps.First(s => s.Trigger == "Acknowledge");
        ImmutableArray<Happening> events =
        [
            received,
            .. (form.Order is null || !pack.Clocks.ContainsKey(OrderClock) ? Enumerable.Empty<string>() : [OrderClock]).Select(c => Stepping.Starting(pack, c, file, now)),
            .. acknowledge.Starts.Where(c => c != Triaging.CallBackClock || triage.CallBack || form.Aside.Length > 0).Select(c => Stepping.Starting(pack, c, file, now)),
        ];
        var kind = kinds[CaseKind.Report];
        if (triage.Level is not ("T1" or "T2")) return new(Writing.To(kind, names.Report, CaseFile.Empty(names.Report, CaseKind.Report), events));
        var (cases, attached) = Opening.OpenAll(pack, kinds[CaseKind.Case], file, names.Cases, now);
        return new([Writing.To(kind, names.Report, CaseFile.Empty(names.Report, CaseKind.Report), events.AddRange(attached)), .. cases]);
    }

    private static ReportReceived Received(
        ReportForm form, Filer filer, ReportNames names, IReadOnlyDictionary<string, SealedRef> refs, string contentHash,
        string division, TriageResult triage, Pack pack, DateTimeOffset now) => new()
    {
        Number = names.Number, Channel = form.Channel, ReportKind = form.ReportKind, Category = form.Category, Grounds = form.Grounds,
        ReportedAt = now, DiscoveredAt = form.DiscoveredAt, FirstKnownAtUnit = form.FirstKnownAtUnit,
        LateByMinutes = form.DiscoveredAt is { } found && now > found ? (int)Math.Min((now - found).TotalMinutes, int.MaxValue) : null,
        Division = division, Danger = form.Danger,
        Children = names.Children.Length == 0
            ? [new ChildDescription(names.ReporterPerson, "Unknown", null, Under(refs, "none"))]
            : [.. names.Children.Select((person, i) => new ChildDescription(person, form.Children[i].Sex, Age(form.Children[i], now), Under(refs, $"children[{i}].")))],
        Suspects = [.. form.Suspects.Select((s, i) => new SuspectDescription(
            names.Suspects[i], s.Relation, s.AccessToChildNow, s.Children, s.WorksAtReportersUnit, Under(refs, $"suspects[{i}].")))],
        ChildLeavesAt = form.ChildLeavesAt, MyUnitMustNotKnow = form.MyUnitMustNotKnow, Obstructed = form.ObstructedBy is not null,
        PoliceNotified = form.PoliceNotified, PoliceNotifiedAt = form.PoliceNotifiedAt, Anonymous = form.Anonymous,
        Order = form.Order, FeedbackChannel = form.FeedbackChannel, FiledBy = filer.Account, Organisation = filer.Organisation,
        OrganisationType = filer.OrganisationType, ReporterPerson = names.ReporterPerson,
        Sealed = refs.Where(r => !r.Key.StartsWith("children[", StringComparison.Ordinal) && !r.Key.StartsWith("suspects[", StringComparison.Ordinal))
            .ToImmutableSortedDictionary(r => r.Key, r => r.Value),
        ContentHash = contentHash, Triage = triage.Level, TriageWhy = triage.Why,
        Warnings = Warnings(form),
        PackVersion = pack.Version, Exercise = form.Exercise,
    };

    /// <summary>Each becomes a task, so a body of nothing but unknown fields is told in one line from the hundredth on.</summary>
    private static ImmutableArray<Warning> Warnings(ReportForm form)
    {
        ImmutableArray<Warning> all = [.. form.Aside.Select(a => new Warning(a.Field, a.Code)).Distinct()];
        return all.Length <= WarningsMax ? all : [.. all.Take(WarningsMax - 1), new Warning("…", "more-kept-aside")];
    }

    private static ImmutableSortedDictionary<string, SealedRef> Under(IReadOnlyDictionary<string, SealedRef> refs, string prefix) =>
        refs.Where(r => r.Key.StartsWith(prefix, StringComparison.Ordinal)).ToImmutableSortedDictionary(r => r.Key[prefix.Length..], r => r.Value);

    /// <summary>Years at the moment of the report, from the birth date where there is one.</summary>
    private static int? Age(ChildForm child, DateTimeOffset now)
    {
        if (child.BirthDate is null) return child.AgeEstimate;
        var (born, today) = (DateOnly.Parse(child.BirthDate, System.Globalization.CultureInfo.InvariantCulture), DateOnly.FromDateTime(now.ToOffset(TimeSpan.FromHours(8)).Date));
        return today.Year - born.Year - (today < born.AddYears(today.Year - born.Year) ? 1 : 0);
    }
}

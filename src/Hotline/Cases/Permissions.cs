using System.Collections.Immutable;
using Hotline.Security;
using Hotline.Workflow;

namespace Hotline.Cases;

/// <summary>What access asks of a file, whether it comes from events or from its row.</summary>
/// <param name="Organisation">Of a report: the filer's. Of a task, hand-over or visit: the one it is addressed to.</param>
/// <param name="Sender">Of a task, hand-over or visit: the one that gives it over.</param>
public sealed record Subject(string Kind, string Division, Guid? FiledBy, Guid? Organisation, Guid? Sender = null);

/// <summary>Who may know and do what: roles.yaml says the rights and how far they reach. The default is no.</summary>
public sealed class Permissions(PolicyBook policies)
{
    public const string FileReports = "file-reports";
    public const string ReadReports = "read-reports";
    public const string ReadCases = "read-cases";
    public const string ReadTasks = "read-tasks";
    public const string AcknowledgePages = "acknowledge-pages";
    public const string ReadDebriefs = "read-debriefs";
    public const string KeepShiftLog = "keep-shift-log";
    public const string TakeCalls = "take-calls";
    public const string PostCallEvents = "post-call-events";
    public const string ReadReporterIdentity = "read-reporter-identity";

    /// <summary>The role that gives the caller a right; null when none does.</summary>
    public string? RoleWith(Caller caller, string right) => caller.Roles.FirstOrDefault(name => policies.Current.Roles.GetValueOrDefault(name)?.Rights.Contains(right) == true);

    /// <summary>Does one of the caller's roles have the right at all?</summary>
    public bool Has(Caller caller, string right) => RolesWith(caller, right).Any();

    /// <summary>May the caller know of this file as somebody who works on it?</summary>
    public bool MayRead(Caller caller, Subject subject)
    {
        var assignment = Assigning.Is(subject.Kind);
        if (assignment && IsParty(caller, subject) && Has(caller, ReadTasks)) return true;
        var right = subject.Kind switch { CaseKind.Report => ReadReports, CallFacts.Kind => TakeCalls, DebriefFacts.Kind => ReadDebriefs, _ when assignment || subject.Kind == CaseKind.Case => ReadCases, _ => AcknowledgePages };
        return RolesWith(caller, right).Any(role => role.Scope == "division" && Divisions.Covers(caller.Scope, subject.Division));
    }

    /// <summary>A report belongs to the person who filed it, not to the unit (domain 9.1).</summary>
    public static bool Filed(Caller caller, Subject subject) => subject.FiledBy == caller.Id;

    /// <summary>A task, hand-over or visit is known to both bodies it lies between, whatever else they may read.</summary>
    public static bool IsParty(Caller caller, Subject subject) =>
        subject.Organisation == caller.Organisation || subject.Sender == caller.Organisation;

    public static Subject SubjectOf(CaseFile file) => new(
        file.Kind, file.Division, file.Report?.FiledBy, file.Report?.Organisation ?? file.Receiver, file.Sender);

    /// <summary>The role under which the caller may take a step of this file: the side must be theirs too.</summary>
    public static string? RoleFor(Caller caller, Step step, Subject subject) => step.Party switch
    {
        Step.Receiver when subject.Organisation != caller.Organisation => null,
        Step.Sender when subject.Organisation == caller.Organisation => null,
        _ => RoleFor(caller, step),
    };

    /// <summary>The role under which the caller may take a step; null when none of theirs may.</summary>
    public static string? RoleFor(Caller caller, Step step) => caller.Roles.FirstOrDefault(role => step.Who.Contains(role));

    private IEnumerable<RoleRule> RolesWith(Caller caller, string right) =>
        caller.Roles.Select(name => policies.Current.Roles.GetValueOrDefault(name)).OfType<RoleRule>().Where(role => role.Rights.Contains(right));
}

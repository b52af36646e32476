using System.Collections.Immutable;
using Hotline.Security;
using Hotline.Workflow;

namespace Hotline.Cases;

/// <summary>What access asks of a file, whether it comes from events or from its row.</summary>
public sealed record Subject(string Kind, string Division, Guid? FiledBy, Guid? Organisation);

/// <summary>Who may know and do what: roles.yaml says the rights and how far they reach. The default is no.</summary>
public sealed class Permissions(PolicyBook policies)
{
    public const string FileReports = "file-reports";
    public const string ReadReports = "read-reports";
    public const string ReadCases = "read-cases";
    public const string AcknowledgePages = "acknowledge-pages";

    /// <summary>Does one of the caller's roles have the right at all?</summary>
    public bool Has(Caller caller, string right) => RolesWith(caller, right).Any();

    /// <summary>May the caller know of this file as somebody who works on it?</summary>
    public bool MayRead(Caller caller, Subject subject)
    {
        var right = subject.Kind switch { CaseKind.Report => ReadReports, CaseKind.Case => ReadCases, _ => AcknowledgePages };
        return RolesWith(caller, right).Any(role => role.Scope == "division" && Divisions.Covers(caller.Scope, subject.Division));
    }

    /// <summary>A report belongs to the person who filed it, not to the unit (domain 9.1).</summary>
    public static bool Filed(Caller caller, Subject subject) => subject.FiledBy == caller.Id;

    public static Subject SubjectOf(CaseFile file) => new(file.Kind, file.Division, file.Report?.FiledBy, file.Report?.Organisation);

    /// <summary>The role under which the caller may take a step; null when none of theirs may.</summary>
    public static string? RoleFor(Caller caller, Step step) => caller.Roles.FirstOrDefault(role => step.Who.Contains(role));

    private IEnumerable<RoleRule> RolesWith(Caller caller, string right) =>
        caller.Roles.Select(name => policies.Current.Roles.GetValueOrDefault(name)).OfType<RoleRule>().Where(role => role.Rights.Contains(right));
}

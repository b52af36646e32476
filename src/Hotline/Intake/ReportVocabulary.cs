using Hotline.Cases;
using System.Collections.Frozen;

namespace Hotline.Intake;

/// <summary>The enumerations of domain 8.1, by identifier.</summary>
internal static class ReportVocabulary
{
    public static readonly FrozenSet<string> Channels = Set("Phone", "App", "Web", "Api", "InPerson", "Transfer12345", "Transfer110", "Text");
    public static readonly FrozenSet<string> Lines = Set("12345", "12355", "12338", "Other");
    public static readonly FrozenSet<string> Kinds = Set("Mandatory", "Voluntary", "SelfReport", "Monitoring");
    public static readonly FrozenSet<string> Grounds = [.. Triaging.Grounds];
    public static readonly FrozenSet<string> Answers = Set("yes", "no", "unknown");
    public static readonly FrozenSet<string> Sexes = Set("Male", "Female", "Unknown");
    public static readonly FrozenSet<string> FeedbackChannels = Set("Phone", "Text", "App", "Letter", "None");
    public static readonly FrozenSet<string> Relations = Set(
        "Father", "Mother", "StepParent", "Grandparent", "OtherRelative", "Teacher", "Neighbour", "Peer", "Stranger", "Other", "Unknown");
    public static readonly FrozenSet<string> Categories = Set(
        "DV", "Neglect", "SexualAbuse", "Abandonment", "Missing", "Trafficked", "Begging", "Bullying", "SelfHarm", "UnattendedChild",
        "Dropout", "MedicalInjury", "GuardianEvent", "CustodyConflict", "ChildLabour", "Other");

    private static FrozenSet<string> Set(params string[] values) => values.ToFrozenSet(StringComparer.Ordinal);
}

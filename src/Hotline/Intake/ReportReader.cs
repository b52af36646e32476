using Hotline.Cases;
using System.Collections.Immutable;
using System.Text.Json;

namespace Hotline.Intake;

/// <summary>Reads the body of a report (design 6, domain 8.1). It never refuses a field: a child may be in danger.</summary>
internal static class ReportReader
{
    public const int TextMax = 5_000;
    public const int ShortTextMax = 200;
    public const int ChildrenMax = 50;
    public const int SuspectsMax = 20;
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    public static ReportForm Read(JsonElement body, DateTimeOffset now)
    {
        var aside = new List<Aside>();
        var fields = new FieldReader(body, "", aside);
        var latest = now + ClockTolerance;
        var exercise = fields.Flag("exercise") ?? false;
        var reporter = fields.Object("reporter");
        ImmutableArray<ChildForm> children = [.. fields.Objects("children", ChildrenMax).Select(c => Child(c, now))];
        var form = new ReportForm
        {
            Channel = fields.Word("channel", ReportVocabulary.Channels) ?? "Api",
            ReportKind = fields.Word("reportKind", ReportVocabulary.Kinds) ?? "Mandatory",
            Category = fields.Word("category", ReportVocabulary.Categories) ?? "Other",
            Grounds = fields.Words("grounds", ReportVocabulary.Grounds),
            DiscoveredAt = fields.Moment("discoveredAt", latest),
            FirstKnownAtUnit = fields.Moment("firstKnownAtUnit", latest),
            LocationDivision = Division(fields, aside),
            LocationText = fields.Text("locationText", ShortTextMax * 5),
            SituationText = fields.Text("situationText", TextMax),
            Danger = Danger(fields.Object("immediateDanger")),
            Children = children,
            Suspects = [.. fields.Objects("suspects", SuspectsMax).Select(s => Suspect(s, children.Length))],
            ChildLeavesAt = fields.Moment("childLeavesAt"),
            MyUnitMustNotKnow = fields.Flag("myUnitMustNotKnow") ?? false,
            ObstructedBy = fields.Text("obstructedBy", TextMax),
            PoliceNotified = fields.Flag("policeNotified"),
            PoliceNotifiedAt = fields.Moment("policeNotifiedAt", latest),
            PoliceReceiptNo = fields.Text("policeReceiptNo", ShortTextMax),
            Anonymous = fields.Flag("anonymous") ?? false,
            ReporterName = reporter?.Text("name", ShortTextMax),
            ReporterPhone = reporter?.Text("phone", ShortTextMax),
            SafeContact = reporter?.Text("safeContact", ShortTextMax),
            Order = Order(fields.Object("externalOrder"), exercise, aside),
            FeedbackChannel = reporter?.Word("feedbackChannel", ReportVocabulary.FeedbackChannels),
            Exercise = exercise,
        };
        reporter?.Rest();
        fields.Rest();
        return form with
        {
            Aside = [.. aside],
            // Nothing may reach the unit when somebody inside it is a suspect or stood in the way (domain 9.1).
            MyUnitMustNotKnow = form.MyUnitMustNotKnow || form.ObstructedBy is not null || form.Suspects.Any(s => s.WorksAtReportersUnit),
        };
    }

    private static ImmutableSortedDictionary<string, string> Danger(FieldReader? answers)
    {
        var danger = ImmutableSortedDictionary<string, string>.Empty;
        if (answers is null) return danger;
        foreach (var question in Triaging.Questions)
            if (answers.Answer(question) is { } answer) danger = danger.Add(question, answer);
        answers.Rest();
        return danger;
    }

    /// <summary>An exercise answers to no other line: its order is kept as it came, and has no clock.</summary>
    private static ExternalOrder? Order(FieldReader? fields, bool exercise, List<Aside> aside)
    {
        if (fields is null) return null;
        var order = (Line: fields.Word("line", ReportVocabulary.Lines), Number: fields.Text("number", ShortTextMax), DueAt: fields.Moment("dueAt"));
        fields.Rest();
        if (exercise && order.Number is not null) aside.Add(new Aside("externalOrder", "exercise", JsonSerializer.Serialize(order.Number)));
        return order.Number is null || exercise ? null : new(order.Line ?? "Other", order.Number, order.DueAt);
    }

    private static ChildForm Child(FieldReader fields, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.ToOffset(TimeSpan.FromHours(8)).Date);
        var child = new ChildForm(
            fields.Text("name", ShortTextMax), fields.Word("sex", ReportVocabulary.Sexes) ?? "Unknown", fields.Date("birthDate", today),
            fields.Number("ageEstimate", 0, 25), fields.Text("school", ShortTextMax), fields.Raw("injuryFindings"));
        fields.Rest();
        return child;
    }

    private static SuspectForm Suspect(FieldReader fields, int children)
    {
        var suspect = new SuspectForm(
            fields.Text("name", ShortTextMax), fields.Word("relation", ReportVocabulary.Relations) ?? "Unknown",
            fields.Word("accessToChildNow", ReportVocabulary.Answers) ?? "unknown", fields.Indexes("children", children),
            fields.Flag("worksAtReportersUnit") ?? false);
        fields.Rest();
        return suspect;
    }

    /// <summary>GB/T 2260 form: 6, 9 or 12 digits. A code nobody knows is kept: the prefix may be an abolished one (domain 8.0).</summary>
    private static string? Division(FieldReader fields, List<Aside> aside)
    {
        var code = fields.Text("locationDivision", ShortTextMax);
        if (code is null) return null;
        if (code.Length is 6 or 9 or 12 && code.All(char.IsAsciiDigit)) return code;
        aside.Add(new Aside("locationDivision", "not-a-division", JsonSerializer.Serialize(code)));
        return null;
    }
}

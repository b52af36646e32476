using Hotline.Cases;
using Hotline.Security;

namespace Hotline.Intake;

/// <summary>Suggests reports that may be about the same matter, with reasons; a person decides (domain 3.6 b).</summary>
public sealed class Duplicates(FileQueries files)
{
    private static readonly TimeSpan Window = TimeSpan.FromDays(7);
    private const int LookAt = 200;
    private const int Most = 5;
    private const int ReasonsMin = 3;

    public async Task<IReadOnlyList<DuplicateView>> Of(CaseFile file, Caller caller, CancellationToken cancel)
    {
        var (rows, _) = await files.Newest(new() { Kind = CaseKind.Report, Scope = caller.Scope, Division = file.Division, Limit = LookAt }, cancel);
        var mine = RowBody.Of(file);
        return [.. rows.Where(r => r.Id != file.Id && r.Read<RowBody>().Exercise == file.Exercise)
            .Select(r => (Row: r, Body: r.Read<RowBody>(), Reasons: Reasons(mine, file.OpenedAt, r.Read<RowBody>(), r.OpenedAt)))
            .Where(c => c.Reasons.Count >= ReasonsMin).OrderByDescending(c => c.Reasons.Count).Take(Most)
            .Select(c => new DuplicateView(c.Row.Id, c.Row.Number, c.Body.Cases.Count > 0 ? c.Body.Cases[0].Id : null, c.Body.Cases.Count > 0 ? c.Body.Cases[0].Number : null, c.Reasons))];
    }

    /// <summary>Pure: which traits two reports share. Same place is given, since only its division is looked at.</summary>
    public static IReadOnlyList<string> Reasons(RowBody one, DateTimeOffset oneAt, RowBody other, DateTimeOffset otherAt)
    {
        var reasons = new List<string>();
        if ((oneAt - otherAt).Duration() <= Window) reasons.Add("time"); else return reasons;
        if (one.ChildSex is not (null or "Unknown") && one.ChildSex == other.ChildSex) reasons.Add("sex");
        if (one.ChildAge is { } age && other.ChildAge is { } otherAge && Math.Abs(age - otherAge) <= 1) reasons.Add("age");
        if (one.Category != "Other" && one.Category == other.Category) reasons.Add("category");
        if (one.Grounds.Intersect(other.Grounds).Any()) reasons.Add("ground");
        return reasons;
    }
}

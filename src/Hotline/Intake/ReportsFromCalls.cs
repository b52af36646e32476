using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hotline.Cases;
using Hotline.Store;

namespace Hotline.Intake;

/// <summary>A call whose outcome is a new report becomes one, in the same transaction. What was said stays sealed where it lies; the
/// caller's number goes along without anybody having seen it.</summary>
public sealed class ReportsFromCalls(StreamKinds kinds, PolicyBook policies, IIds ids, CaseNumbers numbers) : IReaction
{
    private const string Trigger = "RecordNewReport";
    private const int NumberLength = 10;

    public async Task<IReadOnlyList<Writing>> React(Change change, Loader load, DateTimeOffset now, CancellationToken cancel)
    {
        if (change.After is not CaseFile { Call: not null } call || change.Events.OfType<StepTaken>().FirstOrDefault(s => s.Trigger == Trigger) is not { } step) return [];
        var names = new ReportNames(
            ids.New(), $"R-{ids.Code(NumberLength)}", ids.New(), [ids.New()], [], [(ids.New(), await numbers.Next(call.Division, now, cancel))]);
        var received = Receiving.Decide(
            Form(step), new Filer(null, step.By.Name, step.By.Role, call.Division, null, null), names, Sealed(call, step), Hash(step), call.Division,
            policies.For(call.Division), kinds, now);
        return
        [
            .. received.Writings,
            Writing.To(kinds[CallFacts.Kind], call.Id, call, new CallLed(CaseKind.Report, names.Report, names.Number)),
        ];

        ReportForm Form(StepTaken said) => Read(said) with { Exercise = call.Exercise };
    }

    /// <summary>The report as the step's form says it. Pure.</summary>
    public static ReportForm Read(StepTaken said) => new()
    {
        Channel = "Phone", ReportKind = said.Fields.GetValueOrDefault("childIsCaller") == "true" ? "SelfReport" : "Voluntary",
        Category = said.Fields["category"], Grounds = [],
        Danger = said.Fields.Where(f => Triaging.Questions.Contains(f.Key)).ToImmutableSortedDictionary(f => f.Key, f => f.Value),
        Children =
        [
            new(null, said.Fields.GetValueOrDefault("childSex", "Unknown"), null,
                int.TryParse(said.Fields.GetValueOrDefault("childAge"), NumberStyles.None, CultureInfo.InvariantCulture, out var age) ? age : null, null, null),
        ],
        Anonymous = !said.Sealed.ContainsKey("callerName"), FeedbackChannel = "Phone",
    };

    private static Dictionary<string, SealedRef> Sealed(CaseFile call, StepTaken said)
    {
        var refs = new Dictionary<string, SealedRef>();
        foreach (var (from, to) in new[] { ("situation", "situationText"), ("location", "locationText"), ("callerName", "reporter.name"), ("safeContact", "reporter.safeContact") })
            if (said.Sealed.TryGetValue(from, out var value)) refs[to] = value;
        if (call.Call!.Received.Caller is { } number) refs["reporter.phone"] = number;
        return refs;
    }

    /// <summary>Over the commitments: the same values give the same receipt whatever keys they lie under.</summary>
    private static string Hash(StepTaken said) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n',
        said.Fields.Select(f => $"{f.Key}={f.Value}").Concat(said.Sealed.Select(s => $"{s.Key}#{s.Value.Commitment}"))))));
}

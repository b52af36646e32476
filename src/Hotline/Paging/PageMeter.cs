using System.Diagnostics.Metrics;

namespace Hotline.Paging;

/// <summary>Figures of paging: by channel, end and role, never by person.</summary>
public sealed class PageMeter : IDisposable
{
    public const string Name = "Hotline.Paging";
    private readonly Meter meter = new(Name);
    private readonly Counter<long> attempts;
    private readonly Histogram<double> answered;

    public PageMeter()
    {
        attempts = meter.CreateCounter<long>("hotline.page.attempts", description: "Attempts by channel and end");
        answered = meter.CreateHistogram<double>("hotline.page.answered", "s", "From the start of a page to a human's answer");
    }

    /// <param name="exercise">Counted apart: an exercise proves nothing about a real night.</param>
    public void Ended(string channel, string end, bool exercise) =>
        attempts.Add(1, new KeyValuePair<string, object?>("channel", channel), new("end", end), new("exercise", exercise));

    public void Answered(PageFile page, DateTimeOffset at, string how) =>
        answered.Record((at - page.StartedAt).TotalSeconds, new KeyValuePair<string, object?>("how", how), new("triage", page.Started?.Triage),
            new("exercise", page.Started?.Exercise == true));

    public void Dispose() => meter.Dispose();
}

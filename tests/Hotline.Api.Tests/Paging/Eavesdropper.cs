using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Hotline.Hosting;

namespace Hotline.Api.Tests.Paging;

/// <summary>Hears the traces and measurements of the process as they are exported, and the simulator's beside them.</summary>
internal sealed class Eavesdropper : IDisposable
{
    private readonly ConcurrentDictionary<string, byte> heard = new();
    private readonly ActivityListener traces;
    private readonly MeterListener meters = new();

    public Eavesdropper()
    {
        traces = new()
        {
            ShouldListenTo = source => Telemetry.Sources.Contains(source.Name),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                Keep(activity.DisplayName);
                Keep(activity.TagObjects.Where(tag => !Telemetry.Withheld.Contains(tag.Key)));
                foreach (var happened in activity.Events) Keep(happened.Tags);
            },
        };
        ActivitySource.AddActivityListener(traces);
        meters.InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument);
        meters.SetMeasurementEventCallback<long>((_, _, tags, _) => Keep(tags.ToArray()));
        meters.SetMeasurementEventCallback<int>((_, _, tags, _) => Keep(tags.ToArray()));
        meters.SetMeasurementEventCallback<double>((_, _, tags, _) => Keep(tags.ToArray()));
        meters.Start();
    }

    public ICollection<string> Heard => heard.Keys;

    private void Keep(IEnumerable<KeyValuePair<string, object?>> tags)
    {
        foreach (var tag in tags) Keep($"{tag.Key}={tag.Value}");
    }

    private void Keep(string text) => heard.TryAdd(text, 0);

    public void Dispose()
    {
        traces.Dispose();
        meters.Dispose();
    }
}

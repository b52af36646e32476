using System.Collections.Immutable;
using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Hotline.Hosting;

/// <summary>Traces and metrics by OTLP, when OTEL_EXPORTER_OTLP_ENDPOINT names a collector.</summary>
internal sealed class Telemetry : IHostedService, IDisposable
{
    public const string Name = "Hotline";

    public static readonly ImmutableArray<string> Sources = ["Microsoft.AspNetCore", "Npgsql", Name];

    /// <summary>Addresses may hold a look-up code or the hub's token, and a client's address is a person's: the route says
    /// enough.</summary>
    public static readonly ImmutableArray<string> Withheld =
    [
        "url.query", "url.full", "url.path", "http.target", "http.url",
        "client.address", "network.peer.address", "user_agent.original",
    ];

    private TracerProvider? _traces;
    private MeterProvider? _metrics;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var resource = ResourceBuilder.CreateDefault().AddService("hotline");
        _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource)
            .AddSource([.. Sources])
            .AddProcessor(new Discretion())
            .AddOtlpExporter()
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource)
            .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel",
                "Microsoft.AspNetCore.Http.Connections", "System.Runtime", "System.Net.Http", "Npgsql", $"{Name}*")
            .AddOtlpExporter()
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    private sealed class Discretion : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            foreach (var tag in Withheld) data.SetTag(tag, null);
        }
    }
}

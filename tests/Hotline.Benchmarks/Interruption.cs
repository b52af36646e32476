using System.Runtime.InteropServices;

namespace Hotline.Benchmarks;

/// <summary>Somebody wants this program to end. It ends at the next request or look, on the way past everything it has started:
/// servers and databases are not left behind.</summary>
internal static class Interruption
{
    private static volatile bool asked;

    public static IDisposable Listen()
    {
        var signals = new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            asked = true;
        })).ToArray();
        return new Listening(signals);
    }

    /// <summary>Asked for wherever the program goes round.</summary>
    public static void Heed()
    {
        if (asked) throw new OperationCanceledException("Ended before the end.");
    }

    private sealed class Listening(PosixSignalRegistration[] signals) : IDisposable
    {
        public void Dispose()
        {
            foreach (var signal in signals) signal.Dispose();
        }
    }
}

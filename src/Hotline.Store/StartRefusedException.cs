namespace Hotline.Store;

/// <summary>Something the server needs is missing or wrong. The message is the one line the operator reads; it never
/// holds a secret.</summary>
public sealed class StartRefusedException(string line, Exception? inner = null) : Exception(line, inner);

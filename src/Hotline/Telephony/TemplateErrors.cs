using System.Collections.Frozen;

namespace Hotline.Telephony;

/// <summary>The template gateway's words by class. Words are a moving list: an unknown one is judged by where it came from.</summary>
public static class TemplateErrors
{
    private static readonly FrozenDictionary<string, ErrorClass> ByWord = new Dictionary<ErrorClass, string[]>
    {
        [ErrorClass.SetUp] =
        [
            "InvalidAccessKeyId.NotFound", "InvalidAccessKeyId.Inactive", "SignatureDoesNotMatch", "Forbidden.RAM", "isp.RAM_PERMISSION_DENY",
            "isv.OUT_OF_SERVICE", "isv.PRODUCT_UN_SUBSCRIPT", "isv.PRODUCT_UNSUBSCRIBE", "isv.ACCOUNT_NOT_EXISTS", "isv.ACCOUNT_ABNORMAL",
            "isv.SMS_TEMPLATE_ILLEGAL", "isv.SMS_SIGNATURE_ILLEGAL", "isv.AMOUNT_NOT_ENOUGH",
        ],
        [ErrorClass.Request] =
        [
            "isv.INVALID_PARAMETERS", "isv.TEMPLATE_MISSING_PARAMETERS", "isv.INVALID_JSON_PARAM", "isv.PARAM_LENGTH_LIMIT",
            "isv.PARAM_NOT_SUPPORT_URL", "isv.MOBILE_COUNT_OVER_LIMIT",
        ],
        [ErrorClass.PermanentAddress] = ["isv.MOBILE_NUMBER_ILLEGAL", "MOBILE_NOT_ON_SERVICE", "MOBILE_IN_BLACK", "MOBILE_ACCOUNT_ABNORMAL"],
        [ErrorClass.Policy] = ["isv.BLACK_KEY_CONTROL_LIMIT", "CONTENT_KEYWORD", "CONTENT_ERROR"],
        [ErrorClass.NotProcessed] = ["isv.BUSINESS_LIMIT_CONTROL", "Throttling", "Throttling.User", "Throttling.Api"],
        [ErrorClass.UnknownOutcome] = ["isp.SYSTEM_ERROR", "isp.GATEWAY_EXCEPTION", "ServiceUnavailable", "InternalError"],
    }.SelectMany(row => row.Value.Select(word => (word, row.Key))).ToFrozenDictionary(pair => pair.word, pair => pair.Key);

    /// <summary>The class of an answer that is JSON and names a word.</summary>
    public static ErrorClass OfAnswer(int httpStatus, string word) => httpStatus switch
    {
        429 => ErrorClass.NotProcessed,
        >= 500 => ErrorClass.UnknownOutcome,
        _ => ByWord.GetValueOrDefault(word, ErrorClass.Request),
    };

    /// <summary>The class of the word with which a receipt says that a text did not arrive.</summary>
    public static ErrorClass OfReceipt(string? word) => word is null ? ErrorClass.Temporary : ByWord.GetValueOrDefault(word, ErrorClass.Temporary);
}

package integration

// protocol is how a service takes actions.
type protocol struct {
	// target is the prefix of X-Amz-Target; empty: actions are query parameters.
	target string
	// version is application/x-amz-json-'s, or the query API's.
	version string
}

// protocols are what each service's model says, by the name that integration
// ARNs have for it. EventBridge, SQS, SSM and CloudWatch speak JSON too, but
// API Gateway calls their actions by query parameters (recorded: a user sets
// X-Amz-Target by a mapping or override). A service that is not listed gets the
// action without a version.
var protocols = map[string]protocol{
	"acm":                     {"CertificateManager", "1.1"},
	"application-autoscaling": {"AnyScaleFrontendService", "1.1"},
	"athena":                  {"AmazonAthena", "1.1"},
	"autoscaling":             {"", "2011-01-01"},
	"budgets":                 {"AWSBudgetServiceGateway", "1.1"},
	"cloudformation":          {"", "2010-05-15"},
	"cloudtrail":              {"com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101", "1.1"},
	"codebuild":               {"CodeBuild_20161006", "1.1"},
	"codepipeline":            {"CodePipeline_20150709", "1.1"},
	"cognito-identity":        {"AWSCognitoIdentityService", "1.1"},
	"cognito-idp":             {"AWSCognitoIdentityProviderService", "1.1"},
	"comprehend":              {"Comprehend_20171127", "1.1"},
	"config":                  {"StarlingDoveService", "1.1"},
	"datapipeline":            {"DataPipeline", "1.1"},
	"dms":                     {"AmazonDMSv20160101", "1.1"},
	"ds":                      {"DirectoryService_20150416", "1.1"},
	"dynamodb":                {"DynamoDB_20120810", "1.0"},
	"ec2":                     {"", "2016-11-15"},
	"ecr":                     {"AmazonEC2ContainerRegistry_V20150921", "1.1"},
	"ecs":                     {"AmazonEC2ContainerServiceV20141113", "1.1"},
	"elasticache":             {"", "2015-02-02"},
	"elasticbeanstalk":        {"", "2010-12-01"},
	"elasticloadbalancing":    {"", "2015-12-01"},
	"email":                   {"", "2010-12-01"},
	"events":                  {"", "2015-10-07"},
	"firehose":                {"Firehose_20150804", "1.1"},
	"glue":                    {"AWSGlue", "1.1"},
	"iam":                     {"", "2010-05-08"},
	"kinesis":                 {"Kinesis_20131202", "1.1"},
	"kms":                     {"TrentService", "1.1"},
	"logs":                    {"Logs_20140328", "1.1"},
	"monitoring":              {"", "2010-08-01"},
	"organizations":           {"AWSOrganizationsV20161128", "1.1"},
	"personalize":             {"AmazonPersonalize", "1.1"},
	"rds":                     {"", "2014-10-31"},
	"redshift":                {"", "2012-12-01"},
	"rekognition":             {"RekognitionService", "1.1"},
	"route53domains":          {"Route53Domains_v20140515", "1.1"},
	"sagemaker":               {"SageMaker", "1.1"},
	"sdb":                     {"", "2009-04-15"},
	"secretsmanager":          {"secretsmanager", "1.1"},
	"servicediscovery":        {"Route53AutoNaming_v20170314", "1.1"},
	"shield":                  {"AWSShield_20160616", "1.1"},
	"sns":                     {"", "2010-03-31"},
	"sqs":                     {"", "2012-11-05"},
	"ssm":                     {"", "2014-11-06"},
	"states":                  {"AWSStepFunctions", "1.0"},
	"storagegateway":          {"StorageGateway_20130630", "1.1"},
	"sts":                     {"", "2011-06-15"},
	"support":                 {"AWSSupport_20130415", "1.1"},
	"swf":                     {"SimpleWorkflowService", "1.0"},
	"tagging":                 {"ResourceGroupsTaggingAPI_20170126", "1.1"},
	"textract":                {"Textract", "1.1"},
	"transcribe":              {"Transcribe", "1.1"},
	"translate":               {"AWSShineFrontendService_20170701", "1.1"},
	"waf":                     {"AWSWAF_20150824", "1.1"},
}
